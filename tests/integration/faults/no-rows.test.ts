import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import type { Gap } from '../../../src/runs/record/gap.js';
import { cli, cliJson } from '../cli.js';
import { bootstrapServers, publish, readAll, readLatest } from '../kafka.js';
import { listed } from '../runs.js';
import { sharedProject } from '../shared-cluster/project.js';
import { until } from '../until.js';
import { heal, pidOfService } from './injuries.js';

/**
 * One stream is led through the ways of showing nothing, each of which must be named with the numbers it rests on; at the end its
 * topic loses records, and it goes on only when that is tolerated.
 */
const project = sharedProject();
const WINDOW_MS = 10_000;
const SETTLED_WITHIN_MS = 300_000;
const iso = (ms: number) => new Date(ms).toISOString();

interface Finding {
  readonly id: string;
  readonly likelihood: string;
  readonly numbers: Readonly<Record<string, unknown>>;
  readonly command: string | null;
}

interface Explanation {
  readonly findings: readonly Finding[];
  readonly ruledOut: ReadonlyArray<{ readonly id: string }>;
}

const explain = (run: string) => cliJson<Explanation>(['runs', 'explain', run], { project });

/** Explains again and again until the cause is among the findings, since a stream takes a moment to meet it. */
async function found(id: string, run = 'why-1', isFit = (_: Finding) => true): Promise<Finding & { place: number }> {
  let fit: (Finding & { place: number }) | undefined;
  const look = async () => {
    const { findings } = await explain(run);
    const place = findings.findIndex((finding) => finding.id === id && isFit(finding));
    if (place < 0) throw new Error(`instead of ${id} it is explained by ${JSON.stringify(findings)}`);
    fit = { ...(findings[place] as Finding), place };
    return true;
  };
  await until(look, SETTLED_WITHIN_MS, 500);
  return fit as Finding & { place: number };
}

const listing = (listedAtMs: number, make = 'audi') => ({
  key: 'x',
  value: JSON.stringify({ make, price: 1, listed_at: iso(listedAtMs) }),
});

const settings = ['--set', 'input=why', '--set', 'output=why-windows', '--set', 'window=10s', '--set', 'watermark=10s'];
const submitted = ['submit', 'windowed-cars', '--name', 'why', ...settings];
/** How many records the first topic held, all of which the stream has read. */
let readBefore: number;

describe('runs explain says why there are no rows', () => {
  test('the topic is empty', async () => {
    await createTopic();
    expect(await cliJson(submitted, { project })).toMatchObject({ run: 'why-1', state: 'running' });
    expect(await found('topic-empty')).toMatchObject({ place: 0, likelihood: 'certain' });
  });

  test('no record can be read', async () => {
    await publish(
      'why',
      ['no JSON', '{"make":"audi"}', '{"price":"one"}'].map((value) => ({ key: null, value })),
    );
    const areAllShown = ({ numbers }: Finding) => numbers.deadLetters === 3 && numbers.example !== null;
    expect(await found('dead-letters', 'why-1', areAllShown)).toMatchObject({
      place: 0,
      numbers: { deadLetters: 3, read: 3, example: { topic: 'why', reason: expect.any(String) } },
      command: 'millrace topic tail why.dead-letters',
    });
  });

  test('no window has closed: which is open, and which event would close it', async () => {
    const at = Date.now() - 2_000;
    await publish('why', [listing(at)]);
    const end = at - (at % WINDOW_MS) + WINDOW_MS;
    expect(await found('window-open')).toMatchObject({
      place: 0,
      numbers: { newestEvent: iso(at), nextWindowEnd: iso(end), closingEvent: iso(end + WINDOW_MS) },
    });
  });

  test('rows come too late', async () => {
    await publish('why', [listing(Date.now())]);
    await listed('why-1', ({ figures }) => figures?.lag === 0, SETTLED_WITHIN_MS);
    await publish('why', [listing(Date.now() - 3_600_000)]);
    expect((await found('late-rows')).numbers).toMatchObject({ droppedAsLate: 1 });
  });

  test('no worker is left to run it: executors are lost, and it waits for cores', async () => {
    for (const worker of ['worker-1', 'worker-2']) process.kill(await pidOfService(worker), 'SIGKILL');
    expect(await found('no-cores')).toMatchObject({ place: 0, likelihood: 'certain' });
    await listed('why-1', ({ state, note }) => state === 'running' && /waits for executors/.test(note ?? ''));
    await publish('why', [listing(Date.now())]);
    await found('executor-lost');
    await heal();
    await listed('why-1', ({ figures, note }) => note === null && figures?.lag === 0, SETTLED_WITHIN_MS);
  });

  test('it began at the end of its topic', async () => {
    const late = ['--name', 'why-late', ...settings, '--set', 'output=why-late', '--set', 'startingOffsets=latest'];
    await cliJson(['submit', 'windowed-cars', ...late], { project });
    expect(await found('read-from-end', 'why-late-1')).toMatchObject({ place: 0 });
    await cliJson(['runs', 'stop', 'why-late'], { project });
  });

  test('its topic is gone, then created again: the run fails with cause and cure', async () => {
    readBefore = (await readAll('why')).length;
    await cliJson(['topic', 'delete', 'why', '--yes'], { project });
    await found('topic-missing');
    await listed('why-1', ({ state }) => state === 'failed', SETTLED_WITHIN_MS);
    await createTopic();
    await found('topic-recreated');
  });
});

describe('a stream whose topic has lost records', () => {
  const once = [...submitted, '--trigger', 'available-now'];
  test('is not started on a topic that was made again, though that one is long enough', async () => {
    await publish('why', Array(readBefore + 3).fill(listing(Date.now(), 'bmw')));
    await publish('why', [listing(Date.now() + 3_600_000, 'tesla')]);
    expect(await refusal()).toMatchObject({
      exitCode: 2,
      code: 'DATA_LOST',
      message: expect.stringMatching(
        new RegExp(`^why cannot go on without a gap: .*why/0 offsets 0 to ${readBefore - 1}: .*created again`),
      ),
      hint: expect.stringMatching(/--tolerate-loss.*--new-checkpoint.*millrace runs reset why --backup/),
    });
  });

  test('goes on when the loss is tolerated, reads what Spark would read, and records the gap', async () => {
    const tolerated = await cliJson([...once, '--tolerate-loss'], { project });
    expect(tolerated).toMatchObject({ run: 'why-2', state: 'succeeded', summary: { rowsRead: 4 } });
    const record = await readFile(join(project, '.millrace', 'runs', 'why-2', 'run.json'), 'utf8');
    const { gaps } = JSON.parse(record) as { gaps: readonly Gap[] };
    expect(gaps.map(({ from, to }) => [from, to])).toEqual([
      [readBefore, null],
      [0, readBefore],
    ]);
  });

  test('has counted a listing from the future at the present', async () => {
    const windows = [...(await readLatest<{ make: string; window_start: string }>('why-windows')).values()];
    const future = windows.filter(({ make }) => make === 'tesla');
    expect(future).toHaveLength(1);
    expect(Date.parse(future[0]?.window_start ?? '')).toBeLessThanOrEqual(Date.now());
  });

  test('is not started where retention has passed it, and begins again after a reset', async () => {
    const end = readBefore + 4;
    await publish('why', Array(6).fill(listing(Date.now(), 'ford')));
    await deleteBefore(end + 3);
    expect(await refusal()).toMatchObject({
      exitCode: 2,
      code: 'DATA_LOST',
      message: expect.stringContaining(`why/0 offsets ${end} to ${end + 2}: the topic holds them no longer`),
    });
    const reset = await cliJson<{ backups: string[] }>(['runs', 'reset', 'why', '--backup', '--yes'], { project });
    expect(reset.backups).toHaveLength(2);
    expect(await cliJson(once, { project })).toMatchObject({ state: 'succeeded', summary: { rowsRead: 3 } });
  });

  async function refusal() {
    const { exitCode, stderr } = await cli(['--json', ...once], { project });
    return { exitCode, ...JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error };
  }

  async function deleteBefore(offset: number): Promise<void> {
    const kafka = new kafkajs.Kafka({ brokers: [await bootstrapServers()], logLevel: kafkajs.logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    await admin.fetchTopicOffsets('why'); // kafkajs 2.2.4 knows only topics that it has asked about
    await admin.deleteTopicRecords({ topic: 'why', partitions: [{ partition: 0, offset: String(offset) }] });
    await admin.disconnect();
  }
});

/** A topic that was just deleted may still be listed for a moment. */
async function createTopic(): Promise<void> {
  const create = ['topic', 'create', 'why', '--partitions', '1'];
  await until(async () => (await cliJson<{ created: boolean }>(create, { project })).created, 120_000, 200);
}
