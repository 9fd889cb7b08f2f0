import { writeRun } from '../../../../src/runs/record/run-record.js';
import { summarizeRun } from '../../../../src/runs/show/summarize.js';
import type { RunState } from '../../../../src/runs/state/run-state.js';
import { makeFolderTarget } from '../../../fakes/folder-target.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { temporaryFolder } from '../../temporary-folder.js';

const { target, project } = makeFolderTarget(temporaryFolder());
const outputs = [
  { query: 'topic', mode: 'update', topic: 'counts' },
  { query: 'alerts', mode: 'append', topic: 'loud' },
];

async function leave(run: string, open: object | null, parameters: Record<string, unknown>): Promise<void> {
  const record = makeRunRecord({ run, name: 'mine', writes: ['counts', 'loud'], parameters, trigger: 'available-now' });
  await writeRun(project, record);
  await target.data.put(`runs/${run}/application.json`, JSON.stringify({ id: 'a', ui: null, settled: true, outputs }));
  if (open) await target.data.put(`runs/${run}/open-windows.json`, JSON.stringify(open));
}

const leaveFingerprint = (watermark: string | object) =>
  target.data.put(
    'checkpoints/mine/1/fingerprint.json',
    JSON.stringify({
      ...{ job: 'x', keys: {}, topics: [], window: '1 minute', slide: null, sparkVersion: '4.2.0' },
      watermark,
    }),
  );
beforeAll(() => leaveFingerprint('2 hours'));

const summarize = (run: string, state: RunState = 'succeeded') => summarizeRun(target, project, { run, state });

describe('summarizeRun', () => {
  test('tells what is still open, and what closes it', async () => {
    const open = { results: 3, windows: 2, from: '2026-11-24T10:00:00.000Z', to: '2026-11-24T10:02:00.000Z' };
    await leave('mine-1', open, { closeWindows: false });
    const { summary, lines } = await summarize('mine-1');
    expect(summary.openWindows).toEqual({ ...open, closedBy: '2026-11-24T12:02:00.000Z' });
    expect(lines.slice(-2)).toEqual([
      'open     3 results of 2 windows, 2026-11-24T10:00:00.000Z to 2026-11-24T10:02:00.000Z: still open',
      '         closed by an event of 2026-11-24T12:02:00.000Z or later, or --close-windows with --new-checkpoint',
    ]);
  });

  test('counts them where an older Spark does not name them, and offers no flag that the job does not have', async () => {
    await leave('mine-2', { results: 1, windows: null, from: null, to: null }, {});
    const { summary, lines } = await summarize('mine-2');
    expect(summary.openWindows).toMatchObject({ results: 1, windows: null, closedBy: null });
    expect(lines.at(-1)).toBe('open     1 result: still open');
  });

  test.each<[string, string, object | null]>([
    ['none is open', 'mine-3', { results: 0, windows: 0, from: null, to: null }],
    ['the state does not tell', 'mine-4', { results: null, windows: null, from: null, to: null }],
    ['the run goes on', 'mine-5', null],
  ])('says nothing where %s', async (_, run, open) => {
    await leave(run, open, {});
    expect((await summarize(run)).lines.join('\n')).not.toContain('open');
  });

  test('names for a join the event of each topic that closes what is open', async () => {
    await leaveFingerprint({ news: '30 minutes', cars: '10 minutes' });
    await leave(
      'mine-7',
      { results: 2, windows: 1, from: '2026-11-24T10:00:00.000Z', to: '2026-11-24T10:10:00.000Z' },
      {},
    );
    const { summary, lines } = await summarize('mine-7');
    const closedBy = { news: '2026-11-24T10:40:00.000Z', cars: '2026-11-24T10:20:00.000Z' };
    expect(summary.openWindows).toMatchObject({ closedBy });
    expect(lines.at(-1)).toBe(
      `         closed by an event of news of ${closedBy.news} and one of cars of ${closedBy.cars} or later`,
    );
  });

  test('names no event where only Spark can read the delay', async () => {
    const open = { results: 3, windows: 2, from: '2026-11-24T10:00:00.000Z', to: '2026-11-24T10:02:00.000Z' };
    for (const watermark of ['1 week', { news: '1 week', cars: '10 minutes' }]) {
      await leaveFingerprint(watermark);
      await leave('mine-8', open, {});
      expect((await summarize('mine-8')).summary.openWindows).toEqual({ ...open, closedBy: null });
    }
  });

  test('says of each topic what comes to it', async () => {
    await leave('mine-6', null, {});
    expect((await summarize('mine-6')).lines.slice(1, 3)).toEqual([
      'results  topic counts: every change',
      'alerts   topic loud: each once it is final',
    ]);
  });
});
