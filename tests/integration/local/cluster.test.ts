import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendSignal } from '../../../src/targets/send-signal.js';
import { cli, cliJson } from '../cli.js';
import { readyStatus } from '../ready-status.js';
import { sharedProject } from '../shared-cluster/project.js';
import { until } from '../until.js';

interface Status {
  readonly target: string;
  readonly state: string;
  readonly services: ReadonlyArray<{ name: string; state: string; pid: number | null; address: string | null }>;
}

const project = sharedProject();
const status = () => readyStatus<Status>(project);
const pidOf = (now: Status, name: string) => now.services.find((service) => service.name === name)?.pid ?? -1;

describe('cluster status', () => {
  test('of the running cluster is ready, with every service', async () => {
    const now = await status();
    expect(now).toMatchObject({ target: 'local', state: 'ready' });
    expect(now.services.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'broker running',
      'master running',
      'worker-1 running',
      'worker-2 running',
    ]);
  });
});

describe('the running cluster', () => {
  test('listens on the loopback address alone, and its REST submission server is off', async () => {
    const now = await status();
    const pids = now.services.map(({ pid }) => pid ?? -1);
    const addresses = await listeningAddresses(pids);
    expect(addresses.length).toBeGreaterThan(4);
    expect(addresses.filter((address) => !/^(127\.|::1|::ffff:127\.)/.test(address))).toEqual([]);
    expect(await accepts(6066)).toBe(false);
  });

  test('keeps its secret in a file of mode 0600 and in no command line', async () => {
    const file = join(project, '.millrace', 'services', 'spark', 'spark.conf');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const secret = /spark\.authenticate\.secret (\w+)/.exec(await readFile(file, 'utf8'))?.[1] ?? 'none';
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    for (const { pid } of (await status()).services) {
      expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(secret);
      expect(await readFile(`/proc/${pid}/environ`, 'utf8')).not.toContain(secret);
    }
  });
});

describe('cluster up', () => {
  test('again changes nothing', async () => {
    const before = await status();
    const again = await cliJson<{ started: string[] }>(['cluster', 'up'], { project });
    expect(again.started).toEqual([]);
    expect((await status()).services.map(({ pid }) => pid)).toEqual(before.services.map(({ pid }) => pid));
  });

  test.each(['worker-2', 'master', 'broker'])('heals after a kill -9 of %s, which status tells', async (name) => {
    const keep = ['seed', 'cars', '--topic', 'kept', '--limit', '10', '--append'];
    const { offsets } = await cliJson<{ offsets: { after: number } }>(keep, { project });
    const before = await status();
    process.kill(pidOf(before, name), 'SIGKILL');
    const { exitCode, stdout } = await cli(['--json', 'cluster', 'status'], { project });
    expect(exitCode).toBe(10);
    const broken = JSON.parse(stdout) as Status;
    expect(broken.state).toBe('degraded');
    expect(broken.services.find((service) => service.name === name)).toMatchObject({ state: 'failed', pid: null });
    const healed = await cliJson<{ started: string[] }>(['cluster', 'up'], { project });
    expect(healed.started).toEqual([name]);
    const after = await status();
    expect(after.services.map(({ address }) => address)).toEqual(before.services.map(({ address }) => address));
    expect(await cliJson(['topic', 'describe', 'kept'], { project })).toMatchObject({ offsets: offsets.after });
  });
});

describe('a second project', () => {
  let second: string;
  beforeAll(async () => {
    second = await mkdtemp(join(tmpdir(), 'second '));
  });
  afterAll(() => rm(second, { recursive: true, force: true }));

  test('has a cluster of its own beside the first, whose topics outlive down and a move, and are gone after purge', async () => {
    const up = ['cluster', 'up', '--workers', '1', '--ports', 'auto'];
    await cliJson(up, { project: second });
    await cliJson(['topic', 'create', 'of-the-second'], { project: second });
    const first = await cliJson<{ topics: { topic: string }[] }>(['topic', 'list'], { project });
    expect(first.topics.map(({ topic }) => topic)).not.toContain('of-the-second');
    await cliJson(['cluster', 'down'], { project: second });
    const stopped = await cli(['--json', 'cluster', 'status'], { project: second });
    expect(stopped.exitCode).toBe(10);
    expect(JSON.parse(stopped.stdout).state).toBe('stopped');
    expect((await cli(['topic', 'list'], { project: second })).exitCode).toBe(3);

    await rename(second, `${second}, moved`);
    second = `${second}, moved`;
    await cliJson(up, { project: second });
    const { topics } = await cliJson<{ topics: { topic: string }[] }>(['topic', 'list'], { project: second });
    expect(topics.map(({ topic }) => topic)).toContain('of-the-second');
    const unanswered = await cli(['--json', 'cluster', 'down', '--purge'], { project: second });
    expect(unanswered.exitCode).toBe(2);
    expect(JSON.parse(unanswered.stderr).error.hint).toContain('--yes');
    await cliJson(['cluster', 'down', '--purge', '--yes'], { project: second });
    await expect(stat(join(second, '.millrace', 'services'))).rejects.toThrow('ENOENT');
  });

  test('is refused a port that the first one holds, with the holder named, and starts nothing', async () => {
    const port = (await status()).services.find(({ name }) => name === 'broker')?.address?.split(':')[1] ?? '';
    const { exitCode, stderr } = await cli(['--json', 'cluster', 'up'], {
      project: second,
      env: { MILLRACE_PORTS_BROKER: port },
    });
    expect(exitCode).toBe(3);
    expect(JSON.parse(stderr).error.message).toMatch(new RegExp(`Port ${port}.*broker.*java.*process \\d+`));
    const after = await cli(['--json', 'cluster', 'status'], { project: second });
    expect(JSON.parse(after.stdout).state).toBe('stopped');
  });

  test('of which a part cannot start is taken down again, unless --retain leaves the rest up', async () => {
    const up = ['--json', 'cluster', 'up', '--workers', '1', '--ports', 'auto'];
    await cliJson(up.slice(1), { project: second });
    await cliJson(['cluster', 'down'], { project: second });
    await writeFile(
      join(second, '.millrace', 'services', 'broker', 'topics', 'meta.properties'),
      'version=1\ncluster.id=another\n',
    );
    const failed = await cli(up, { project: second });
    expect(failed.exitCode).toBe(4);
    expect(JSON.parse(failed.stderr).error).toMatchObject({ code: 'SERVICE_FAILED', service: 'broker' });
    const running = async () =>
      (JSON.parse((await cli(['--json', 'cluster', 'status'], { project: second })).stdout) as Status).services
        .filter(({ pid }) => pid !== null)
        .map(({ name }) => name);
    expect(await running()).toEqual([]);
    expect((await cli([...up, '--retain'], { project: second })).exitCode).toBe(4);
    expect(await running()).toContain('master');
    await cliJson(['cluster', 'down', '--purge', '--yes'], { project: second });
    expect(await running()).toEqual([]);
  });

  test('of which the start is interrupted leaves no process behind', async () => {
    let pid = -1;
    const starting = cli(['cluster', 'up', '--workers', '1', '--ports', 'auto'], {
      project: second,
      onStart: (started) => {
        pid = started;
      },
    });
    await until(async () => existsSync(join(second, '.millrace', 'services', 'master.json')), 180_000);
    sendSignal(pid, 'SIGINT');
    expect((await starting).exitCode).toBe(130);
    const after = JSON.parse((await cli(['--json', 'cluster', 'status'], { project: second })).stdout) as Status;
    expect(after.state).toBe('stopped');
    expect(after.services.every((service) => service.pid === null)).toBe(true);
  });
});

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Addresses on which these processes listen, from /proc (inodes of their sockets against the tables of listeners). */
async function listeningAddresses(pids: readonly number[]): Promise<string[]> {
  const { readdir, readlink } = await import('node:fs/promises');
  const inodes = new Set<string>();
  for (const pid of pids) {
    for (const fd of await readdir(`/proc/${pid}/fd`)) {
      const link = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
      if (inode) inodes.add(inode);
    }
  }
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((table) => readFile(`/proc/net/${table}`, 'utf8').catch(() => '')),
  );
  const rows = tables.flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)));
  return rows
    .filter((row) => row[3] === '0A' && inodes.has(row[9] ?? ''))
    .map((row) => toAddress(row[1]?.split(':')[0] ?? ''));
}

/** proc(5): addresses are hexadecimal, in words of four bytes, each of them little-endian. */
function toAddress(hex: string): string {
  const words = hex.match(/.{8}/g)?.map((word) => word.match(/../g)?.reverse() ?? []) ?? [];
  const bytes = words.flat().map((byte) => Number.parseInt(byte, 16));
  if (bytes.length === 4) return bytes.join('.');
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff;
  if (isMapped) return `::ffff:${bytes.slice(12).join('.')}`;
  return bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1 ? '::1' : `ipv6 ${hex}`;
}
