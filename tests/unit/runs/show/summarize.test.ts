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
  test('adds up what the queries have told', async () => {
    await writeRun(project, makeRunRecord({ run: 'cars-1' }));
    const batch = (name: string, read: number, written: number, dropped: number) =>
      JSON.stringify({
        name,
        batchId: 0,
        numInputRows: read,
        sink: { numOutputRows: written },
        stateOperators: [{ numRowsDroppedByWatermark: dropped }],
      });
    const lines = [
      batch('topic', 10, 4, 1),
      batch('topic', 5, 2, 0),
      batch('parquet', 15, 3, 1),
      batch('dead-letters', 15, 2, 0),
    ];
    await target.data.put('runs/cars-1/progress.ndjson', `${lines.join('\n')}\n`);
    const { summary } = await summarizeRun(target, project, { run: 'cars-1', state: 'succeeded' });
    expect(summary).toMatchObject({ batches: 2, rowsRead: 15, deadLetters: 2, droppedAsLate: 1 });
  });

  test('tells what is still open, and what closes it', async () => {
    const open = { results: 3, windows: 2, from: '2026-11-24T10:00:00.000Z', to: '2026-11-24T10:02:00.000Z' };
    await leave('mine-1', open, { closeWindows: false });
    const { summary } = await summarize('mine-1');
    expect(summary.openWindows).toEqual({ ...open, closedBy: '2026-11-24T12:02:00.000Z' });
  });

  test('counts results if an older Spark does not count windows', async () => {
    const open = { results: 1, windows: null, from: null, to: null };
    await leave('mine-2', open, {});
    expect((await summarize('mine-2')).summary.openWindows).toEqual({ ...open, closedBy: null });
  });

  test.each<[string, string, object | null]>([
    ['the state does not tell', 'mine-4', { results: null, windows: null, from: null, to: null }],
    ['the run goes on', 'mine-5', null],
  ])('knows of none where %s', async (_, run, open) => {
    await leave(run, open, {});
    expect((await summarize(run)).summary.openWindows).toBeNull();
  });

  test('counts none where none is open', async () => {
    await leave('mine-3', { results: 0, windows: 0, from: null, to: null }, {});
    expect((await summarize('mine-3')).summary.openWindows).toMatchObject({ results: 0, windows: 0 });
  });

  test('names for a join the event of each topic that closes what is open', async () => {
    await leaveFingerprint({ news: '30 minutes', cars: '10 minutes' });
    await leave(
      'mine-7',
      { results: 2, windows: 1, from: '2026-11-24T10:00:00.000Z', to: '2026-11-24T10:10:00.000Z' },
      {},
    );
    const closedBy = { news: '2026-11-24T10:40:00.000Z', cars: '2026-11-24T10:20:00.000Z' };
    expect((await summarize('mine-7')).summary.openWindows).toMatchObject({ closedBy });
  });

  test('names no event where only Spark can read the delay', async () => {
    const open = { results: 3, windows: 2, from: '2026-11-24T10:00:00.000Z', to: '2026-11-24T10:02:00.000Z' };
    for (const watermark of ['1 week', { news: '1 week', cars: '10 minutes' }]) {
      await leaveFingerprint(watermark);
      await leave('mine-8', open, {});
      expect((await summarize('mine-8')).summary.openWindows).toEqual({ ...open, closedBy: null });
    }
  });

  test('has what the script says of its queries, and where the parquet lies', async () => {
    await leave('mine-6', null, {});
    expect(await summarize('mine-6')).toMatchObject({ outputs, outputFolder: target.data.describe('out/mine/1') });
  });
});
