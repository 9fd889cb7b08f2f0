import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from '../target-data.js';

/** The newest Spark with Scala 2.12 whose connector can be had where these tests run; others are named by the variable. */
const VERSION = process.env.MILLRACE_TEST_SPARK ?? '3.5.7';
const UP = ['cluster', 'up', '--target', 'docker', '--ports', 'auto', '--workers', '1', '--spark-version', VERSION];

/** One cluster for both, since each needs images of its own. */
describe(`a checkout with Windows line endings, and Spark ${VERSION} with Scala 2.12`, () => {
  let copy: string;
  let before: readonly string[];

  /** Runs a command of the copy, which must succeed. */
  async function copied<T>(...args: string[]): Promise<T> {
    const all = [join(copy, 'bin', 'cli'), '--json', '--project', join(copy, 'project'), ...args];
    return JSON.parse((await run(process.execPath, all, { maxBuffer: 64 * 1024 ** 2 })).stdout) as T;
  }

  beforeAll(async () => {
    before = await sparkImages();
    copy = await copyWithWindowsLineEndings();
  });
  afterAll(async () => {
    await copied('cluster', 'down', '--purge', '--yes', '--target', 'docker');
    await rm(copy, { recursive: true });
    const made = (await sparkImages()).filter((image) => !before.includes(image));
    if (made.length > 0) await run('docker', ['rmi', ...made]);
  });

  test('starts, renders, streams, joins and trains, with the connector and the image of its own version', async () => {
    const { services } = await copied<{ services: { name: string; container: string }[] }>(...UP);
    const master = services.find(({ name }) => name === 'master')?.container ?? '';
    const jars = (await run('docker', ['exec', master, 'ls', `/opt/data/jars/${VERSION}`])).stdout;
    expect(jars).toContain(`spark-sql-kafka-0-10_2.12-${VERSION}.jar`);
    await copied('seed', 'cars', '--spread', '2h');
    await copied('seed', 'news', '--shift-to-now');
    for (const job of ['windowed-news', 'brand-pulse']) {
      const submitted = await copied('submit', job, '--trigger', 'available-now');
      expect(submitted).toMatchObject({ state: 'succeeded', exitCode: 0, summary: { deadLetters: 0 } });
      const { records } = await copied<{ records: number }>('topic', 'describe', job);
      expect(records).toBeGreaterThan(0);
    }
    const training = ['train', 'model', '--set', 'trees=5', '--set', 'depth=6'];
    const { metrics } = await copied<{ metrics: { r2: number } }>(...training);
    expect(metrics.r2).toBeGreaterThan(0.8);
    expect(await copied('cluster', 'status')).toMatchObject({ state: 'ready' });
  });
});

async function copyWithWindowsLineEndings(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'older windows '));
  for (const folder of ['bin', 'dist', 'jobs', 'templates', 'docker', 'data', 'src/provision', 'package.json'])
    await cp(resolve(folder), join(copy, folder), { recursive: true });
  await symlink(resolve('node_modules'), join(copy, 'node_modules'));
  const { stdout } = await run('grep', ['-rIl', '', join(copy, 'docker'), join(copy, 'templates')]);
  const files = stdout.trim().split('\n');
  for (const file of files) await writeFile(file, (await readFile(file, 'utf8')).replaceAll('\n', '\r\n'));
  expect(files.length).toBeGreaterThan(8);
  return copy;
}

async function sparkImages(): Promise<string[]> {
  const { stdout } = await run('docker', ['images', 'millrace-spark', '--format', '{{.Repository}}:{{.Tag}}']);
  return stdout.trim().split('\n');
}
