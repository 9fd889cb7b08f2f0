import { describeSubmit } from '../../../src/commands/describe-submit.js';
import type { RunState } from '../../../src/runs/state/run-state.js';
import { makeRunRecord } from '../../fakes/run-record.js';

const context = { globalOptions: ['--project /elsewhere'] };
const counts = { batches: 1, rowsRead: 5, deadLetters: 0, droppedAsLate: 0 };

function describeRun(state: RunState, some: object = {}, rowsRead = 5, note: string | null = null): string[] {
  const record = makeRunRecord({ run: 'mine-3', writes: ['means'], ...some });
  const summary = { ...counts, rowsRead, openWindows: null, idleSide: null, script: 'mine-3.py' };
  const report = { run: 'mine-3', state, exitCode: null, note, ui: null };
  return describeSubmit(context, report, { record, summary, outputs: [], outputFolder: null }).split('\n');
}

describe('describeSubmit', () => {
  test('names the run that goes on', () => {
    expect(describeRun('running')).toEqual([
      '  run mine-3: running',
      '  script   mine-3.py',
      '  read     5 records in 1 batch: 0 dead letters, 0 too late',
      '  results  topic means',
      '  It is looked after.  Watch: millrace runs show mine-3 --watch --project /elsewhere',
      '                       Stop:  millrace runs stop mine-3 --project /elsewhere',
    ]);
  });

  test('says what it has read, what comes to each topic, what holds it back and what is open', () => {
    const openWindows = { results: 3, windows: null, from: null, to: null, closedBy: '2026-11-24T12:02:00.000Z' };
    const idleSide = { topic: 'news', newestEvent: null, since: '2026-11-24T15:05:00.000Z' };
    const report = { run: 'mine-3', state: 'running', exitCode: null, note: null, ui: null } as const;
    const record = makeRunRecord({ run: 'mine-3', writes: ['counts', 'loud'], parameters: { closeWindows: false } });
    const lines = describeSubmit(context, report, {
      record,
      summary: {
        batches: 2,
        rowsRead: 15,
        deadLetters: 2,
        droppedAsLate: 1,
        openWindows,
        idleSide,
        script: 'mine-3.py',
      },
      outputs: [
        { query: 'topic', mode: 'update', topic: 'counts' },
        { query: 'alerts', mode: 'append', topic: 'loud' },
      ],
      outputFolder: '/data/out/mine/1',
    }).split('\n');
    expect(lines.slice(1, -2)).toEqual([
      '  script   mine-3.py',
      '  read     15 records in 2 batches: 2 dead letters, 1 too late',
      '  results  topic counts: every change',
      '  alerts   topic loud: each once it is final',
      '           /data/out/mine/1: parquet, a window once the watermark has closed it',
      '  held     waits for news: no record since it began at 2026-11-24 15:05:00',
      '  open     3 results: still open',
      '           closed by an event of 2026-11-24T12:02:00.000Z or later, or --close-windows with --new-checkpoint',
    ]);
  });

  test.each([
    ['the topic of its results', {}, 5, 'topic tail means --project /elsewhere   its results'],
    ['the run that read nothing', {}, 0, 'runs explain mine-3 --project /elsewhere   why it read nothing'],
    [
      'a batch, whose reading nobody counts',
      { kind: 'batch' },
      0,
      'topic tail means --project /elsewhere   its results',
    ],
    ['the log of what writes no topic', { writes: [] }, 0, 'runs logs mine-3 --project /elsewhere   what it printed'],
  ])('names %s', (_, some, rowsRead, next) => {
    expect(describeRun('succeeded', some, rowsRead).at(-1)).toBe(`  Next  millrace ${next}`);
  });

  test('sends on the command in a note, and gives none for a failure, which has a hint of its own', () => {
    expect(describeRun('queued', {}, 0, 'no master; `millrace cluster up` starts it')[0]).toBe(
      '  run mine-3: queued (no master; `millrace cluster up --project /elsewhere` starts it)',
    );
    expect(describeRun('failed')).toEqual(['  run mine-3: failed', '  script   mine-3.py']);
  });
});
