import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '../../../src/news-emulator/server.js';
import { describeWithNodes, NEWEST_NODES, provideNode } from '../../node-versions.js';
import { cli, parseLines } from '../cli.js';
import { sharedProject } from '../shared-cluster/project.js';

const NEWEST = NEWEST_NODES.at(-1) ?? '';
const project = sharedProject();
const env = { AYLIEN_APP_ID: 'somebody', AYLIEN_API_KEY: 'anything' };

/** The lines of a command that must succeed; what it says on stderr has to be JSON, which Node's own words are not. */
async function tell<T>(version: string, ...args: string[]): Promise<T[]> {
  const { exitCode, stdout, stderr } = await cli(['--json', ...args], {
    project,
    env,
    node: await provideNode(version),
  });
  const foreign = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{"warning":'));
  expect({ args, exitCode, foreign }).toEqual({ args, exitCode: 0, foreign: [] });
  return parseLines<T>(stdout);
}

describeWithNodes('with a cluster (Linux x64 alone)', () => {
  test.each(NEWEST_NODES)('Node %s fills a topic, reads it, and deletes it', async (version) => {
    const topic = `cars-of-node-${version}`;
    const [seeded] = await tell(version, 'seed', 'cars', '--limit', '100', '--topic', topic);
    expect(seeded).toMatchObject({ topic, published: 100 });
    expect(await tell(version, 'topic', 'describe', topic)).toMatchObject([{ offsets: 100 }]);
    expect(await tell(version, 'topic', 'tail', topic, '-n', '7')).toHaveLength(7);
    const [{ topics } = { topics: [] }] = await tell<{ topics: { topic: string }[] }>(version, 'topic', 'list');
    expect(topics.map((one) => one.topic)).toContain(topic);
    await tell(version, 'topic', 'delete', topic, '--yes');
  });

  describe(`Node ${NEWEST}`, () => {
    let emulator: Emulator;
    beforeAll(async () => {
      emulator = await startEmulator({ stories: 100, seed: 4, releasePerSecond: 1, port: 0, limits: null });
    });
    afterAll(() => emulator.close());

    test('takes stories from the news API', async () => {
      const live = ['--live', '--since', 'NOW-2DAYS', '--api-url', emulator.url];
      const [report] = await tell<{ published: number }>(NEWEST, 'seed', 'news', ...live, '--topic', 'news-of-newest');
      expect(report?.published).toBeGreaterThan(0);
    });

    test('looks after a run, whose supervisor writes no warning', async () => {
      await tell(NEWEST, 'seed', 'cars', '--limit', '100', '--topic', 'cars-of-newest');
      const topics = ['--set', 'input=cars-of-newest', '--set', 'output=means-of-newest', '--name', 'newest-node'];
      const submit = ['submit', 'windowed-cars', ...topics, '--trigger', 'available-now'];
      const run = 'newest-node-1';
      expect(await tell(NEWEST, ...submit)).toMatchObject([{ run, state: 'succeeded', exitCode: 0 }]);
      const [{ runs } = { runs: [] }] = await tell<{ runs: { run: string }[] }>(NEWEST, 'runs', 'list');
      expect(runs.map((one) => one.run)).toContain(run);
      await tell(NEWEST, 'runs', 'show', run);
      await tell(NEWEST, 'runs', 'explain', run);
      expect(await readFile(join(project, '.millrace', 'runs', run, 'supervisor.log'), 'utf8')).toBe('');
    });
  });
});
