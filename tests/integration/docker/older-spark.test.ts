import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cliJson } from '../cli.js';
import { run } from '../target-data.js';

/** The newest Spark with Scala 2.12 whose connector can be had where these tests run; others are named by the variable. */
const VERSION = process.env.MILLRACE_TEST_SPARK ?? '3.5.7';

describe(`Spark ${VERSION} with Scala 2.12`, () => {
  let project: string;
  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'older spark '));
  });
  afterAll(async () => {
    await cliJson(['cluster', 'down', '--purge', '--yes', '--target', 'docker'], { project });
    await rm(project, { recursive: true });
  });

  test('streams and trains with the connector and the image of its own version', async () => {
    const up = ['cluster', 'up', '--target', 'docker', '--ports', 'auto', '--workers', '1', '--spark-version', VERSION];
    const { services } = await cliJson<{ services: { name: string; container: string }[] }>(up, { project });
    const master = services.find(({ name }) => name === 'master')?.container ?? '';
    const jars = (await run('docker', ['exec', master, 'ls', `/opt/data/jars/${VERSION}`])).stdout;
    expect(jars).toContain(`spark-sql-kafka-0-10_2.12-${VERSION}.jar`);
    await cliJson(['seed', 'cars'], { project });
    await cliJson(['seed', 'news'], { project });
    for (const job of ['windowed-cars', 'windowed-news']) {
      const submitted = await cliJson(['submit', job, '--trigger', 'available-now'], { project });
      expect(submitted).toMatchObject({ state: 'succeeded', exitCode: 0, summary: { deadLetters: 0 } });
    }
    const { metrics } = await cliJson<{ metrics: { r2: number } }>(
      ['train', 'model', '--set', 'trees=5', '--set', 'depth=6'],
      { project },
    );
    expect(metrics.r2).toBeGreaterThan(0.8);
    expect(await cliJson(['cluster', 'status'], { project })).toMatchObject({ state: 'ready' });
  });
});
