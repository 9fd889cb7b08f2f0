import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { identifyProcess, isAlive, waitForEnd } from '../../../../src/project/process-identity.js';
import { establishHome } from '../../../../src/project/project-home.js';
import {
  findService,
  logPath,
  type ServiceRecord,
  type ServiceSpec,
  startService,
  stopService,
} from '../../../../src/targets/local/service-process.js';
import { anyFreePort } from '../../../../src/targets/ports.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';

const root = temporaryFolder();
const folders = { state: join(root, '.millrace'), services: join(root, 'services'), logs: join(root, 'logs') };
const never = new AbortController().signal;

beforeAll(() => {
  mkdirSync(folders.services);
  mkdirSync(folders.logs);
});
afterEach(() => stopService(folders, 'broker', 0));

const LISTEN =
  'require("node:net").createServer().listen(Number(process.env.PORT), "127.0.0.1", () => console.log("listening"));';
const IGNORE_SIGTERM = 'process.on("SIGTERM", () => console.log("SIGTERM ignored"));';

/** A service that is a small Node script. */
async function specOf(script: string, readyWithinMs = 15_000): Promise<ServiceSpec> {
  const port = await anyFreePort(new Set());
  const env = { PATH: process.env.PATH ?? '', PORT: String(port) };
  return {
    name: 'broker',
    command: process.execPath,
    args: ['-e', script],
    cwd: root,
    env,
    port,
    ui: null,
    readyWithinMs,
  };
}

async function start(script: string): Promise<ServiceRecord> {
  await startService(folders, await specOf(script), never);
  return (await findService(folders, 'broker')) as ServiceRecord;
}

const log = () => readFileSync(logPath(folders, 'broker'), 'utf8');

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

describe('startService', () => {
  test('resolves once the service answers on its port, and can find it again', async () => {
    const spec = await specOf(`setTimeout(() => { ${LISTEN} }, 300);`);
    await startService(folders, spec, never);
    expect(await accepts(spec.port)).toBe(true);
    const record = await findService(folders, 'broker');
    expect(record).toMatchObject({ name: 'broker', port: spec.port, ui: null, startedAt: expect.stringMatching(/Z$/) });
    expect(isAlive(record as ServiceRecord)).toBe(true);
  });

  test('gives it a session of its own, and only the given environment', async () => {
    const script = `console.log(process.env.HOME, require("node:child_process").execSync("ps -o sid= -p " + process.pid).toString().trim() === String(process.pid));${LISTEN}`;
    await start(script);
    expect(log()).toContain('undefined true\n');
  });

  test('keeps the log of the start before', async () => {
    await start(`console.log("first");${LISTEN}`);
    await stopService(folders, 'broker', 5_000);
    await start(`console.log("second");${LISTEN}`);
    expect(log()).toContain('second');
    expect(log()).not.toContain('first');
    expect(readFileSync(`${logPath(folders, 'broker')}.1`, 'utf8')).toContain('first');
  });

  test('names the last lines of one that ended early', async () => {
    const spec = await specOf('console.log("one\\ntwo\\nthree"); console.error("four"); process.exit(1);');
    const failure = (await failureOf(startService(folders, spec, never))) as Error;
    expect(failure).toMatchObject({ code: 'SERVICE_FAILED', exitCode: 4, service: 'broker' });
    expect(failure.message).toBe('The broker ended while starting; its last lines:\n    two\n    three\n    four');
  });

  test('prefers the lines that tell the error, without the stack', async () => {
    const noise =
      'console.log("java.net.BindException: Address already in use\\n  at sun.nio.ch.Net.bind Exception"); for (let i = 0; i < 9; i++) console.log("bye");';
    const failure = (await failureOf(startService(folders, await specOf(`${noise} process.exit(1);`), never))) as Error;
    expect(failure.message).toBe(
      'The broker ended while starting; its last lines:\n    java.net.BindException: Address already in use',
    );
  });

  test('names the port and the time of one that does not answer', async () => {
    const spec = await specOf('console.log("thinking"); setTimeout(() => {}, 60_000);', 5_000);
    const failure = (await failureOf(startService(folders, spec, never))) as Error;
    expect(failure.message).toBe(
      `The broker did not answer on 127.0.0.1:${spec.port} within 5 s; its last lines:\n    thinking`,
    );
  });

  test('names one that cannot be started', async () => {
    const spec = { ...(await specOf('')), command: join(root, 'no-such-program') };
    expect(await failureOf(startService(folders, spec, never))).toMatchObject({
      code: 'SERVICE_FAILED',
      reason: 'ended while starting',
    });
  });

  test('stops waiting when aborted', async () => {
    const controller = new AbortController();
    const starting = failureOf(startService(folders, await specOf('setTimeout(() => {}, 60_000);'), controller.signal));
    controller.abort(new Error('enough'));
    expect(await starting).toMatchObject({ message: 'enough' });
  });
});

describe('stopService', () => {
  test('lets a service end by itself', async () => {
    const record = await start(`process.on("SIGTERM", () => { console.log("tidied up"); process.exit(0); });${LISTEN}`);
    await stopService(folders, 'broker', 10_000);
    expect(isAlive(record)).toBe(false);
    expect(log()).toContain('tidied up');
    expect(await findService(folders, 'broker')).toBeUndefined();
  });

  test('kills one that ignores SIGTERM, after the grace', async () => {
    const record = await start(IGNORE_SIGTERM + LISTEN);
    const startedAt = Date.now();
    await stopService(folders, 'broker', 3_000);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(3_000);
    expect(await waitForEnd(record, 5_000)).toBe(true);
    expect(log()).toContain('SIGTERM ignored');
  });

  test('does nothing for one that does not run', async () => {
    await stopService(folders, 'broker', 0);
    await stopService(folders, 'broker', 0);
    expect(await findService(folders, 'broker')).toBeUndefined();
  });

  describe('a stranger with the same pid', () => {
    let stranger: ChildProcess;
    beforeEach(() => {
      stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
    });
    afterEach(() => stranger.kill('SIGKILL'));

    test('is not taken for the service, and is never signalled', async () => {
      const identity = identifyProcess(stranger.pid as number);
      expect(identity).toBeDefined();
      const record = {
        ...identity,
        startTime: `${identity?.startTime}0`,
        name: 'broker',
        port: 1,
        ui: null,
        startedAt: '',
      };
      writeFileSync(join(folders.services, 'broker.json'), JSON.stringify(record));
      expect(await findService(folders, 'broker')).toBeUndefined();
      await stopService(folders, 'broker', 0);
      expect(stranger.exitCode).toBeNull();
      expect(stranger.signalCode).toBeNull();
      expect(identity && isAlive(identity)).toBe(true);
    });
  });
});

describe('the service of a project whose folder is', () => {
  const foldersIn = (at: string) => {
    const state = join(at, '.millrace');
    return { state, services: join(state, 'services'), logs: join(state, 'logs') };
  };
  async function startIn(at: string): Promise<ServiceRecord> {
    const own = foldersIn(at);
    establishHome(own.state);
    for (const folder of [own.services, own.logs]) mkdirSync(folder);
    await startService(own, await specOf(LISTEN), never);
    return (await findService(own, 'broker')) as ServiceRecord;
  }

  test('copied is not that of the copy, whose down leaves it alone', async () => {
    const [original, copy] = [join(root, 'o"riginal, 車'), join(root, 'copy')];
    const service = await startIn(original);
    expect(service.folder).toBe(original);
    cpSync(original, copy, { recursive: true });
    expect(await findService(foldersIn(copy), 'broker')).toBeUndefined();
    await stopService(foldersIn(copy), 'broker', 3_000);
    expect(isAlive(service)).toBe(true);
    expect(await findService(foldersIn(original), 'broker')).toEqual(service);
    await stopService(foldersIn(original), 'broker', 3_000);
  });

  test('moved is still its own, and is stopped', async () => {
    const [before, after] = [join(root, 'before'), join(root, 'after')];
    const service = await startIn(before);
    renameSync(before, after);
    expect(await findService(foldersIn(after), 'broker')).toEqual(service);
    await stopService(foldersIn(after), 'broker', 3_000);
    expect(isAlive(service)).toBe(false);
  });
});
