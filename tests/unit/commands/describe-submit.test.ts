import { describeSubmit } from '../../../src/commands/describe-submit.js';
import type { RunState } from '../../../src/runs/state/run-state.js';
import { makeRunRecord } from '../../fakes/run-record.js';

const context = { told: ['--project /elsewhere'] };
const counts = { batches: 1, rowsRead: 5, deadLetters: 0, droppedAsLate: 0 };

function describeRun(state: RunState, some: object = {}, rowsRead = 5, note: string | null = null): string[] {
  const record = makeRunRecord({ run: 'mine-3', writes: ['means'], ...some });
  const summary = { ...counts, rowsRead, openWindows: null, idleSide: null, script: 'mine-3.py' };
  const report = { run: 'mine-3', state, exitCode: null, note, ui: null };
  return describeSubmit(context, report, { record, summary, lines: ['script   mine-3.py'] }).split('\n');
}

describe('describeSubmit', () => {
  test('names the run that goes on', () => {
    expect(describeRun('running')).toEqual([
      '  run mine-3: running',
      '  script   mine-3.py',
      '  It is looked after.  Watch: millrace runs show mine-3 --watch --project /elsewhere',
      '                       Stop:  millrace runs stop mine-3 --project /elsewhere',
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
