import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cli, cliJson } from '../cli.js';
import { findRun, listed } from '../runs.js';
import { sharedProject } from '../shared-cluster/project.js';

/** Scripts that choose a master themselves, and so never come to that of the cluster. */
const project = sharedProject();
const QUICK = `from pyspark.sql import SparkSession

spark = SparkSession.builder.master("local[*]").getOrCreate()
print("counted", spark.range(10).count(), flush=True)
`;
const LONG = `from pyspark import SparkConf, SparkContext
from pyspark.sql import SparkSession

SparkContext(conf=SparkConf().setMaster("local[1]"))
spark = SparkSession.builder.getOrCreate()
spark.readStream.format("rate").load().writeStream.format("noop").start().awaitTermination()
`;
const BESIDE = 'runs beside the cluster, since its script has a master of its own (local)';

async function write(name: string, text: string): Promise<string> {
  const file = join(await mkdtemp(join(project, 'own-')), name);
  await writeFile(file, text);
  return file;
}

/** As many cores as the cluster has. */
async function allCores(): Promise<string> {
  const { cores } = await cliJson<{ cores: { total: number } }>(['runs', 'list'], { project });
  return String(cores.total);
}

const timesSaid = (text: string) => text.split(BESIDE).length - 1;

const PLAIN = `from pyspark.sql import SparkSession

print("counted", SparkSession.builder.getOrCreate().range(10).count(), flush=True)
`;

describe('a script with a master of its own', () => {
  test('is noticed where it is quick: its submit ends with it, and says so once', async () => {
    const { exitCode, stdout, stderr } = await cli(['submit', await write('quick.py', QUICK)], { project });
    expect(exitCode).toBe(0);
    expect(timesSaid(stdout + stderr)).toBe(1);
    expect(await cliJson(['runs', 'show', 'quick'], { project })).toMatchObject({
      state: 'succeeded',
      attempts: [{ application: null, ownMaster: 'local' }],
    });
  });

  test('is not taken for one where it has none', async () => {
    const { exitCode, stdout, stderr } = await cli(['submit', await write('plain.py', PLAIN)], { project });
    expect([exitCode, timesSaid(stdout + stderr)]).toEqual([0, 0]);
    const { attempts } = await cliJson<{ attempts: object[] }>(['runs', 'show', 'plain'], { project });
    expect(attempts).toEqual([expect.objectContaining({ application: expect.stringMatching(/^app-/) })]);
    expect(attempts[0]).not.toHaveProperty('ownMaster');
  });

  test('holds no core where it is long: another script may have them all', async () => {
    const cores = await allCores();
    const long = await cli(['submit', await write('long.py', LONG), '--cores', cores], { project });
    expect(long.exitCode).toBe(0);
    expect(timesSaid(long.stdout + long.stderr)).toBe(1);
    await listed('long-1', ({ state, note }) => state === 'running' && (note ?? '').includes(BESIDE));
    expect(await findRun('long-1')).toMatchObject({ cores: 0 });
    const quick = await cli(['submit', await write('quick.py', QUICK), '--cores', cores], { project });
    expect(quick.exitCode).toBe(0);
    expect(await cliJson(['runs', 'stop', 'long'], { project })).toMatchObject({ state: 'stopped' });
  });
});
