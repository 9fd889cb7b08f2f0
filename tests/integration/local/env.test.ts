import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BY_HAND_SCRIPT } from '../by-hand-script.js';
import { cli, cliJson } from '../cli.js';
import { publish } from '../kafka.js';
import { sharedProject } from '../shared-cluster/project.js';
import { run } from '../target-data.js';

/** Settings of another installation, as they lie around in many a shell. */
const FOREIGN = { SPARK_REMOTE: 'sc://nowhere', PYSPARK_SUBMIT_ARGS: '--master nonsense', SPARK_HOME: '/nowhere' };
const project = sharedProject();
/** A shell that speaks no UTF-8 in each of the ways that there are. */
const NO_LOCALE = { LANG: undefined, LC_ALL: undefined, LC_CTYPE: undefined };
const C_LOCALE = { ...NO_LOCALE, LC_ALL: 'C' };
/** Side by side, since each of them waits more than it works. */
const JOINS = [
  {
    what: 'spark-submit finds the cluster, the connector and the secret',
    line: 'spark-submit "jöb 1.py"',
    locale: NO_LOCALE,
  },
  { what: "so does the user's own Python, as in a notebook", line: 'python3 "jöb 1.py"', locale: C_LOCALE },
];
let joined: ReadonlyArray<Promise<string>>;
let folder: string;
let code: string;

/** Runs what is typed after `eval "$(millrace env)"`, in a folder with the script. */
async function typed(line: string, locale: NodeJS.ProcessEnv = {}): Promise<string> {
  const env = { ...process.env, MILLRACE_PROJECT: project, ...FOREIGN, ...locale };
  const prepared = `code=$('${resolve('bin/cli')}' env); eval "$code"; ${line}`;
  return (await run('bash', ['--norc', '-euc', prepared], { env, cwd: folder })).stdout;
}

describe('millrace env', () => {
  beforeAll(async () => {
    await cliJson(['topic', 'create', 'by-hand'], { project });
    await publish(
      'by-hand',
      [1, 2, 3].map((value) => ({ key: null, value: String(value) })),
    );
    folder = await mkdtemp(join(project, "it's mine, é "));
    await writeFile(join(folder, 'jöb 1.py'), BY_HAND_SCRIPT);
    code = (await cli(['env'], { project, env: FOREIGN })).stdout;
    joined = JOINS.map(({ line, locale }) => typed(line, locale));
    for (const one of joined) one.catch(() => undefined); // told by the test that waits for it
  });

  test.each(JOINS.map(({ what }, index) => [what, index] as const))(
    '%s, in a shell that knows only ASCII',
    async (_, index) => {
      expect(await joined[index]).toMatch(/counted 3 spark:\/\/127\.0\.0\.1:\d+ 1 UTC/);
    },
  );

  test('a second eval changes nothing', async () => {
    const line = 'before=$(export -p); eval "$code"; [ "$before" = "$(export -p)" ] && echo same';
    expect(await typed(line, NO_LOCALE)).toBe('same\n');
  });

  test('a shell that speaks UTF-8 keeps its locale', async () => {
    expect(await typed('env | grep -c ^LC_ALL || :', { ...NO_LOCALE, LANG: 'C.UTF-8' })).toBe('0\n');
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
