import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BY_HAND_SCRIPT } from '../by-hand-script.js';
import { cli, cliJson } from '../cli.js';
import { publish } from '../kafka.js';
import { sharedProject } from '../shared-cluster/project.js';
import { run } from '../target-data.js';

/** Settings of another installation, as they lie around in many a shell. */
const FOREIGN = { SPARK_REMOTE: 'sc://nowhere', PYSPARK_SUBMIT_ARGS: '--master nonsense', SPARK_HOME: '/nowhere' };
const env = { ...process.env, ...FOREIGN };
const project = sharedProject();
let folder: string;
let code: string;

/** Runs what is typed after `eval "$(millrace env)"`, in a folder with the script. */
const typed = async (line: string) =>
  (await run('bash', ['--norc', '-euc', `eval "$CODE"\n${line}`], { env: { ...env, CODE: code }, cwd: folder })).stdout;

describe('millrace env', () => {
  beforeAll(async () => {
    await cliJson(['topic', 'create', 'by-hand'], { project });
    await publish(
      'by-hand',
      [1, 2, 3].map((value) => ({ key: null, value: String(value) })),
    );
    folder = await mkdtemp(join(project, "it's mine "));
    await writeFile(join(folder, 'job 1.py'), BY_HAND_SCRIPT);
    code = (await cli(['env'], { project, env: FOREIGN })).stdout;
  });

  test.each([
    ['spark-submit finds the cluster, the connector and the secret', 'spark-submit "job 1.py"'],
    ["so does the user's own Python, as in a notebook", 'python3 "job 1.py"'],
  ])('%s', async (_, line) => {
    expect(await typed(line)).toMatch(/counted 3 spark:\/\/127\.0\.0\.1:\d+ 1 UTC/);
  });

  test('a second eval changes nothing', async () => {
    expect(await typed('before=$(export -p); eval "$CODE"; [ "$before" = "$(export -p)" ] && echo same')).toBe(
      'same\n',
    );
  });

  test('the secret lies in a file that only its owner may read, and is not printed', async () => {
    const { variables } = await cliJson<{ variables: Record<string, string> }>(['env'], { project });
    const file = join(variables.SPARK_CONF_DIR ?? '', 'spark-defaults.conf');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const secret = await run('sed', ['-n', 's/^spark.authenticate.secret //p', file]);
    expect(secret.stdout.length).toBeGreaterThan(60);
    expect(code + JSON.stringify(variables)).not.toContain(secret.stdout.trim());
  });
});

test('without a cluster there is nothing to join', async () => {
  const { exitCode, stdout, stderr } = await cli(['env'], { project: join(folder, 'none') });
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
  expect(stderr).toContain('millrace cluster up');
});
