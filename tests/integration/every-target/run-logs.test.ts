import { cli, cliJson, parseLines } from '../cli.js';
import { sharedProject } from '../shared-cluster/project.js';

interface Line {
  readonly source: string;
  readonly line: string;
}

const project = sharedProject();
const job = ['submit', 'windowed-cars', '--set', 'input=lcars', '--set', 'output=logged', '--name', 'logged'];

/** Follows a run's log. */
function follow(args: readonly string[], { onLine }: { readonly onLine: (pid: number) => void }) {
  let pid = 0;
  return cli(['runs', 'logs', '--follow', ...args], {
    project,
    onStart: (started) => {
      pid = started;
    },
    onOutput: () => onLine(pid),
  });
}

beforeAll(async () => {
  await cliJson(['seed', 'cars', '--topic', 'lcars', '--limit', '100'], { project });
  await cliJson(job, { project });
});

describe('runs logs', () => {
  test('shows what the driver wrote, called by the beginning of its id', async () => {
    const { stdout } = await cli(['--json', 'runs', 'logs', 'logg', '-n', '100000'], { project });
    const lines = parseLines<Line>(stdout);
    expect(lines.filter(({ line }) => line.includes('Connected to Spark cluster with app ID'))).toHaveLength(1);
    expect(new Set(lines.map(({ source }) => source))).toEqual(new Set(['driver']));
    const last = parseLines<Line>((await cli(['--json', 'runs', 'logs', 'logged', '-n', '3'], { project })).stdout);
    expect(last).toHaveLength(3);
  });

  test('shows what its executor wrote', async () => {
    const { stdout } = await cli(['runs', 'logs', 'logged', '--executors', '-n', '100000'], { project });
    expect(stdout).toMatch(/^executor-0 {2}.*Successfully registered with driver/m);
  });

  test('lets go of a run that goes on, at Ctrl-C', async () => {
    const { exitCode, stderr } = await follow(['logged'], { onLine: (pid) => process.kill(pid, 'SIGINT') });
    expect({ exitCode, stderr: stderr.trim() }).toEqual({
      exitCode: 0,
      stderr: 'let go of logged-1; it goes on running',
    });
  });

  test('ends with the run', async () => {
    let stopping: Promise<object> | undefined;
    const followed = await follow(['-n', '1'], {
      onLine: () => {
        stopping = cliJson(['runs', 'stop', 'logged'], { project });
      },
    });
    expect(await stopping).toMatchObject({ run: 'logged-1', state: 'stopped' });
    expect(followed).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('logged-1: stopped') });
    expect(followed.stdout).toContain('Successfully stopped SparkContext');
  });
});

test('runs prune deletes ended runs but for the newest of each name', async () => {
  const again = [...job, '--set', 'input=lcars-none', '--trigger', 'available-now', '--new-checkpoint'];
  expect(await cliJson(again, { project })).toMatchObject({ run: 'logged-2', note: 'nothing to read' });
  const pruned = await cliJson<{ deleted: string[] }>(['runs', 'prune', '--keep', '1', '--yes'], { project });
  expect(pruned.deleted).toContain('logged-1');
  const gone = await cli(['runs', 'logs', 'logged-1'], { project });
  expect(gone).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining('There is no run `logged-1`'),
  });
  const { runs } = await cliJson<{ runs: { run: string }[] }>(['runs', 'list'], { project });
  expect(runs.map(({ run }) => run)).toContain('logged-2');
});
