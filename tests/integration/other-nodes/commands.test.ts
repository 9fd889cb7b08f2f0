import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendSignal } from '../../../src/targets/send-signal.js';
import { describeWithNodes, NEWEST_NODES, OLDEST_NODES, provideNode } from '../../node-versions.js';
import { type CliOptions, cli } from '../cli.js';

const COMMANDS: readonly (readonly string[])[] = [
  [],
  ['--help'],
  ['nonsense'],
  ['cluster', 'up', '--dry-run'],
  ['cluster', 'status'],
  ['doctor'],
  ['topic', 'list'],
  ['--json', 'seed', 'cars'],
  ['job', 'show', 'windowed-cars'],
  ['render', 'windowed-news', '--set', 'window=5 seconds'],
  ['runs', 'list'],
  ['completion', 'bash'],
];

/** What the commands and an emulator that is ended by Ctrl-C end with, and say on stderr. */
async function runAll(node: string): Promise<Record<string, { exitCode: number; stderr: string }>> {
  const project = await mkdtemp(join(tmpdir(), 'nodes '));
  const runOne = async (args: readonly string[], options: CliOptions = {}) => {
    // Ports that others take and leave meanwhile are no difference between Nodes.
    const env = { MILLRACE_PORTS: 'auto' };
    const { exitCode, stderr } = await cli(args, { ...options, project, node, env });
    return [args.join(' '), { exitCode, stderr: stderr.replaceAll(project, '<project>') }] as const;
  };
  try {
    return Object.fromEntries(await Promise.all([...COMMANDS.map((args) => runOne(args)), endEmulator(runOne)]));
  } finally {
    await rm(project, { recursive: true });
  }
}

function endEmulator<T>(runOne: (args: readonly string[], options: CliOptions) => Promise<T>): Promise<T> {
  let pid = 0;
  return runOne(['news-emulator', '--port', '0', '--stories', '50'], {
    onStart: (started) => {
      pid = started;
    },
    onOutput: () => void sendSignal(pid, 'SIGINT'),
  });
}

describeWithNodes('commands without a cluster (Linux x64 alone)', () => {
  let expected: Awaited<ReturnType<typeof runAll>>;
  beforeAll(async () => {
    expected = await runAll(process.execPath);
  });

  test.each([...OLDEST_NODES, ...NEWEST_NODES])(
    'end in Node %s as here, with the same words on stderr',
    async (version) => {
      expect(await runAll(await provideNode(version))).toEqual(expected);
    },
  );
});
