import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { brokerAt } from '../../../src/kafka/broker.js';
import { readTopicIds } from '../../../src/kafka/topic-ids.js';
import type { Gap } from '../../../src/runs/checkpoint/find-gaps.js';
import { cli, cliJson } from '../cli.js';
import { bootstrapServers, publish, readLatest } from '../kafka.js';
import { sharedProject } from '../shared-cluster/project.js';
import { until } from '../until.js';

interface Submitted {
  readonly run: string;
  readonly state: string;
  readonly summary: { readonly rowsRead: number; readonly deadLetters: number };
}

const project = sharedProject();
const HOUR_MS = 3_600_000;
const settings = ['--set', 'input=lost', '--set', 'output=lost-means', '--set', 'window=1m', '--name', 'lost'];
const SUBMIT = ['submit', 'windowed-cars', ...settings, '--trigger', 'available-now'];

const submit = (...flags: string[]) => cliJson<Submitted>([...SUBMIT, ...flags], { project });

async function refusal(...flags: string[]) {
  const { exitCode, stderr } = await cli(['--json', ...SUBMIT, ...flags], { project });
  return { exitCode, error: JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error };
}

async function publishListings(make: string, count: number, listedAt = new Date()): Promise<void> {
  const value = JSON.stringify({ make, price: 10_000, listed_at: listedAt.toISOString() });
  await publish('lost', Array(count).fill({ key: make, value }));
}

const topicId = async () => (await readTopicIds(brokerAt(await bootstrapServers()), ['lost', 'nowhere'])).get('lost');

/** A topic that was just deleted may still be listed for a moment. */
async function createTopic(): Promise<void> {
  const create = ['topic', 'create', 'lost', '--partitions', '1'];
  await until(async () => (await cliJson<{ created: boolean }>(create, { project })).created, 120_000, 200);
}

async function gapsOf(run: string): Promise<readonly Gap[]> {
  return JSON.parse(await readFile(join(project, '.millrace', 'runs', run, 'run.json'), 'utf8')).gaps;
}

describe('a stream whose topic has lost records', () => {
  let firstId: string | undefined;

  test('begins with a fingerprint that knows the topic by its id', async () => {
    await createTopic();
    firstId = await topicId();
    expect(firstId).toMatch(/^[\w-]{22}$/);
    await publishListings('audi', 10);
    expect(await submit()).toMatchObject({ run: 'lost-1', state: 'succeeded', summary: { rowsRead: 10 } });
    expect(await gapsOf('lost-1')).toEqual([]);
  });

  test('is not started on a topic that was made anew, though that one is long enough', async () => {
    await cliJson(['topic', 'delete', 'lost', '--yes'], { project });
    await createTopic();
    expect(await topicId()).not.toBe(firstId);
    await publishListings('bmw', 13);
    await publishListings('tesla', 1, new Date(Date.now() + HOUR_MS));
    const { exitCode, error } = await refusal();
    expect(exitCode).toBe(2);
    expect(error).toMatchObject({
      code: 'DATA_LOST',
      message: expect.stringMatching(/^lost cannot go on without a gap: .*lost\/0 offsets 0 to 9: .*made anew/),
      hint: expect.stringMatching(/--tolerate-loss.*--new-checkpoint.*millrace runs reset lost --backup/),
    });
  });

  test('goes on when the loss is tolerated, reads what Spark would read, and records the gap', async () => {
    expect(await submit('--tolerate-loss')).toMatchObject({ state: 'succeeded', summary: { rowsRead: 4 } });
    expect((await gapsOf('lost-2')).map(({ from, to }) => [from, to])).toEqual([
      [10, null],
      [0, 10],
    ]);
  });

  test('has counted a listing from the future at the present', async () => {
    const windows = [...(await readLatest<{ make: string; window_start: string }>('lost-means')).values()];
    const future = windows.filter(({ make }) => make === 'tesla');
    expect(future).toHaveLength(1);
    expect(Date.parse(future[0]?.window_start ?? '')).toBeLessThanOrEqual(Date.now());
  });

  test('is not started where retention has passed it, and begins anew after a reset', async () => {
    await publishListings('ford', 6);
    await deleteBefore(17);
    const { exitCode, error } = await refusal();
    expect({ exitCode, code: error.code }).toEqual({ exitCode: 2, code: 'DATA_LOST' });
    expect(error.message).toContain('lost/0 offsets 14 to 16: the topic holds them no longer');
    const reset = await cliJson<{ backups: string[] }>(['runs', 'reset', 'lost', '--backup', '--yes'], { project });
    expect(reset.backups).toHaveLength(2);
    expect(await submit()).toMatchObject({ state: 'succeeded', summary: { rowsRead: 3 } });
  });

  async function deleteBefore(offset: number): Promise<void> {
    const kafka = new kafkajs.Kafka({ brokers: [await bootstrapServers()], logLevel: kafkajs.logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    await admin.fetchTopicOffsets('lost'); // kafkajs 2.2.4 knows only topics that it has asked about
    await admin.deleteTopicRecords({ topic: 'lost', partitions: [{ partition: 0, offset: String(offset) }] });
    await admin.disconnect();
  }
});
