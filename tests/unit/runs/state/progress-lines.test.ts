import { toJoinProgress } from '../../../../src/runs/list/sides.js';
import { writeRun } from '../../../../src/runs/record/run-record.js';
import { type ShownRun, showRun } from '../../../../src/runs/show/show.js';
import {
  ProgressReader,
  progressPath,
  readNewestProgress,
  readTally,
} from '../../../../src/runs/state/progress-file.js';
import { ProgressTally } from '../../../../src/runs/state/progress-tally.js';
import { writeSupervision } from '../../../../src/runs/state/supervision.js';
import { parseProgress } from '../../../../src/spark/progress.js';
import { makeFolderTarget } from '../../../fakes/folder-target.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { makeSupervision } from '../../../fakes/supervision.js';
import { askModule } from '../../jobs/template-module.js';
import { temporaryFolder } from '../../temporary-folder.js';

const root = temporaryFolder();
const { target, project } = makeFolderTarget(root);
const { data } = target;
const pathOf = (run: string) => data.pathForJobs(progressPath(run));

/** Writes batches as a job's driver does; each list of batches is one driver's. */
async function drive(run: string, ...drivers: object[][]): Promise<void> {
  await data.put(progressPath(run), (await data.read(progressPath(run))) ?? '');
  const script = `
for batches in input["drivers"]:
    file = module.ProgressFile(module.Path(input["path"]))
    for batch in batches:
        file.add(batch)
output = None`;
  askModule('millrace_progress', script, { path: pathOf(run), drivers });
}

const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 10, 0, second)).toISOString();

function makeBatch(batchId: number, some: object = {}) {
  return {
    ...{ id: 'q', runId: 'first', name: 'topic', timestamp: at(batchId), batchId, numInputRows: 3 },
    ...{ inputRowsPerSecond: 1.5, processedRowsPerSecond: 2.25, durationMs: { addBatch: 20, triggerExecution: 40 } },
    eventTime: { max: at(50), min: at(20 - batchId), watermark: at(batchId) },
    stateOperators: [{ numRowsTotal: batchId, numRowsRemoved: 2, numRowsDroppedByWatermark: 1 }],
    sources: [
      { endOffset: { news: { 0: batchId, 1: 7 } } },
      { endOffset: '{"cars":{"0":5}}' },
      { endOffset: { logOffset: 3 } },
    ],
    sink: { description: 'KafkaTable', numOutputRows: 2 },
    ...some,
  };
}

const events = (rows: number, newest: number | null, oldest: number | null) => ({
  ...{ rows, refused: rows % 2, newest_event_ms: newest, oldest_event_ms: oldest },
});
const DRIVERS = [
  [
    makeBatch(3),
    makeBatch(0, { name: 'parquet', sink: { description: 'FileSink[/x]', numOutputRows: -1 } }),
    makeBatch(1, {
      name: 'parquet',
      ...{ sink: { description: 'FileSink[/x]', numOutputRows: -1 }, observedMetrics: { written: { rows: 9 } } },
    }),
    makeBatch(4, { numInputRows: 0, processedRowsPerSecond: 0, eventTime: {}, sources: [], sink: undefined }),
    makeBatch(0, { name: 'dead-letters', eventTime: undefined, durationMs: undefined, stateOperators: undefined }),
    makeBatch(5, {
      observedMetrics: { 'read:news': events(2, 90, 80), 'read:cars': events(0, null, null), other: {} },
    }),
  ],
  [
    makeBatch(6, {
      runId: 'second',
      observedMetrics: { 'read:news': events(2, 70, 60), 'read:cars': events(1, 95, 5) },
    }),
    makeBatch(7, { runId: 'second', observedMetrics: null }),
    makeBatch(8, { runId: 'second', observedMetrics: { 'read:news': events(1, 65, 61) }, timestamp: at(20) }),
  ],
];

describe('the sums in a line of progress.ndjson', () => {
  test('are those that adding up all batches gives, of drivers one after another', async () => {
    await drive('sums-1', ...DRIVERS);
    const batches = parseProgress(
      DRIVERS.flat()
        .map((batch) => JSON.stringify(batch))
        .join('\n'),
    );
    const expected = new ProgressTally().add(batches);
    const told = await new ProgressReader(data, 'sums-1').read();
    for (const query of ['topic', 'parquet', 'dead-letters', 'absent'])
      expect({ ...told.of(query), driver: null }).toEqual(expected.of(query));
    const { watermarkMs, newestEventMs, oldestEventMs, openRows, reached } = expected;
    expect(told).toMatchObject({ watermarkMs, newestEventMs, oldestEventMs, openRows, reached });
    expect(told.of('topic')).toMatchObject({ batches: 6, rowsRead: 15, firstBatchId: 3, droppedAsLate: 6 });
    expect(told.of('parquet')).toMatchObject({ batches: 2, rowsWritten: 2 + 9 });
  });

  test('tell what the newest driver has read of each topic, as its batches do', async () => {
    await drive('sums-2', ...DRIVERS);
    const own = parseProgress((DRIVERS[1] ?? []).map((batch) => JSON.stringify(batch)).join('\n'));
    const joined = toJoinProgress(
      own,
      [
        ['news', 1],
        ['cars', 1],
      ],
      1_000,
    );
    expect((await readTally(data, 'sums-2'))?.of('topic').driver).toEqual({
      sinceMs: joined.sinceMs,
      watermarkMs: joined.watermarkMs,
      stateRows: joined.openRows,
      topics: Object.fromEntries(
        joined.sides.map(({ topic, newestMs, lastReadMs }) => [topic, { newestMs, lastReadMs }]),
      ),
    });
  });

  test('contain the lines of an earlier version, and what a reader had added up of them is not counted twice', async () => {
    const [earlier = [], later = []] = DRIVERS;
    await data.put(progressPath('old-1'), earlier.map((batch) => `${JSON.stringify(batch)}\n`).join(''));
    const reader = new ProgressReader(data, 'old-1');
    expect((await reader.read()).of('topic').batches).toBe(3);
    await drive('old-1', later);
    expect((await reader.read()).of('topic')).toMatchObject({ batches: 6, firstBatchId: 3 });
  });
});

describe('a driver that is killed', () => {
  test('in the middle of a line costs that batch alone', async () => {
    const [first = [], second = []] = DRIVERS;
    await drive('killed-1', first);
    const whole = (await data.read(progressPath('killed-1'))) ?? '';
    const begin = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (const length of [begin, begin + 1, begin + 400, whole.length - 1]) {
      await data.put(progressPath('killed-1'), whole.slice(0, length));
      expect((await new ProgressReader(data, 'killed-1').read()).of('topic').batches).toBe(2);
    }
    // The last one lacks only the end of its line: the next driver still counts it.
    await drive('killed-1', second);
    expect((await new ProgressReader(data, 'killed-1').read()).of('topic').batches).toBe(6);
    await data.put(progressPath('killed-1'), whole.slice(0, begin + 400));
    await drive('killed-1', second);
    expect((await new ProgressReader(data, 'killed-1').read()).of('topic').batches).toBe(5);
    expect(parseProgress((await data.read(progressPath('killed-1'))) ?? '')).toHaveLength(8);
  });

  test('while the file is replaced leaves the old one or the new one, with all sums', () => {
    const script = `
class Killed(BaseException): pass
def die(*_): raise Killed
def last(): return json.loads(path.read_text().splitlines()[-1])["tally"]["queries"]["topic"]["batches"]
path, output = module.Path(input["path"]), []
path.parent.mkdir(parents=True)
replace, fsync = module.os.replace, module.os.fsync
for step in ["fsync", "replace"]:
    path.unlink(missing_ok=True)
    file = module.ProgressFile(path)
    file.LONGEST_BYTES, file.KEPT_BYTES = 20_000, 5_000
    module.os.fsync, module.os.replace = (die, replace) if step == "fsync" else (fsync, die)
    try:
        for number in range(100): file.add({**input["batch"], "batchId": number})
    except Killed:
        output.append([number + 1, last()])
    module.os.fsync, module.os.replace = fsync, replace
    again = module.ProgressFile(path)
    again.LONGEST_BYTES, again.KEPT_BYTES = 20_000, 5_000
    again.add({**input["batch"], "batchId": number})
    output.append([number + 2, last(), path.stat().st_size < 10_000])`;
    const [before, after, ...more] = askModule<[number, number, boolean?][]>('millrace_progress', script, {
      path: pathOf('killed-2'),
      batch: makeBatch(0),
    });
    expect(before?.[0]).toBeGreaterThan(10);
    expect(before?.[1]).toBe(before?.[0]);
    expect(after).toEqual([after?.[0], after?.[0], true]);
    expect(more).toEqual([before, after]);
  });
});

/** What `runs show` reads of a run that has ended. */
async function showDay(files: typeof data): Promise<ShownRun> {
  const verdict = { state: 'stopped', exitCode: 0, cause: null, at: at(0) } as const;
  await writeRun(project, makeRunRecord({ run: 'day-1', name: 'day' }));
  await writeSupervision(project, 'day-1', makeSupervision({ verdict }));
  return showRun({ ...target, data: files }, project, 'day-1');
}

test('a line tells how many records were refused, but not where: that may be long', async () => {
  const refused_blocks = [{ partition: 0, block: 7 }];
  const observedMetrics = { 'read:news': { ...events(3, null, null), refused_blocks }, other: { rows: 1 } };
  await drive('refused-1', [makeBatch(0, { observedMetrics })]);
  const line = JSON.parse((await data.read(progressPath('refused-1'))) ?? '');
  expect(line.observedMetrics).toEqual({ 'read:news': events(3, null, null), other: { rows: 1 } });
});

/** A day of an idle stream, with a batch each second: real but for Spark, and for the disk that is waited for. */
const DAY = `
import time
module.os.fsync = lambda _: None
path = module.Path(input["path"])
path.parent.mkdir(parents=True)
file = module.ProgressFile(path)
largest = 0
file.add({**input["batch"], "name": "alerts", "batchId": 0})
for number in range(input["batches"]):
    file.add({**input["batch"], "batchId": number})
    if number % 100 == 0: largest = max(largest, path.stat().st_size)
output = [largest, [child.name for child in path.parent.iterdir()]]`;

test('a day of an idle stream, 86,400 batches, leaves a short file, and readers take its end alone', async () => {
  const batches = 86_400;
  const operator = { numRowsTotal: 5, numRowsRemoved: 0, numRowsDroppedByWatermark: 0 };
  // As long as Spark's own, with the figures of its state store.
  const customMetrics = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`rocksdbFigureNumber${index}`, index]),
  );
  const batch = makeBatch(0, { numInputRows: 0, stateOperators: [{ ...operator, customMetrics }] });
  const [largest, names] = askModule<[number, string[]]>(
    'millrace_progress',
    DAY,
    { path: pathOf('day-1'), batch, batches },
    240_000,
  );
  expect(largest).toBeLessThanOrEqual(400_000);
  expect(names).toEqual(['progress.ndjson']);
  let bytesRead = 0;
  const counted: typeof data = Object.assign(Object.create(data), {
    async tail(path: string, fromByte: number, atMost?: number) {
      const end = await data.tail(path, fromByte, atMost);
      bytesRead += Buffer.byteLength(end.text);
      return end;
    },
  });
  const shown = await showDay(counted);
  expect(shown.summary).toMatchObject({ batches, deadLetters: 0 });
  expect(shown.queries.map(({ query, batchId }) => `${query} ${batchId}`)).toEqual([
    `topic ${batches - 1}`,
    'alerts 0',
  ]);
  // Of more than 200 MB that have been written.
  expect(bytesRead).toBeLessThanOrEqual(600_000);
  bytesRead = 0;
  const tally = await new ProgressReader(counted, 'day-1').read();
  expect(tally.of('topic')).toMatchObject({ batches, firstBatchId: 0, rowsWritten: 2 * batches });
  expect(bytesRead).toBeLessThanOrEqual(50_000);
  const newest = await readNewestProgress(data, 'day-1');
  expect(newest.at(-1)).toMatchObject({ query: 'topic', batchId: batches - 1 });
  expect(newest.filter(({ query }) => query === 'topic').length).toBeGreaterThan(60);
  // A query without a batch for a day is still shown.
  expect(newest[0]).toMatchObject({ query: 'alerts', batchId: 0 });
}, 300_000);
