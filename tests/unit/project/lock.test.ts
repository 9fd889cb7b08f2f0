import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type LockHolder,
  lockHolder,
  projectLockHolder,
  withLock,
  withProjectLock,
} from '../../../src/project/lock.js';
import { identifyProcess } from '../../../src/project/process-identity.js';
import { establishHome } from '../../../src/project/project-home.js';
import { failureOf } from '../failure-of.js';
import { moduleUrl, runModule } from '../run-module.js';
import { temporaryFolder } from '../temporary-folder.js';

const folder = temporaryFolder();
let count = 0;
const newPath = () => join(folder, `locks-${++count}`, 'cluster.lock');

/** What a process leaves that was killed while it held the lock. */
function leaveStaleLock(path: string, some: Partial<LockHolder> = {}): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(
    path,
    JSON.stringify({ pid: 2 ** 30, startTime: 'long ago', command: 'millrace old', since: 'x', ...some }),
  );
}

describe('withLock', () => {
  test("gives the work's value and leaves nothing behind", async () => {
    const path = newPath();
    expect(await withLock(path, { command: 'a' }, async () => 42)).toBe(42);
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  test('names the holder to the second one, at once', async () => {
    const path = newPath();
    await withLock(path, { command: 'millrace cluster up' }, async () => {
      const failure = (await failureOf(withLock(path, { command: 'b' }, async () => 'both'))) as Error;
      expect(failure).toMatchObject({ code: 'LOCKED', exitCode: 3, retriable: true, holder: { pid: process.pid } });
      expect(failure.message).toMatch(
        new RegExp(`^\`millrace cluster up\` \\(process ${process.pid}\\) works on the same since \\d{4}-.*Z$`),
      );
      expect(await lockHolder(path)).toMatchObject({ command: 'millrace cluster up', ...identifyProcess(process.pid) });
    });
    expect(await lockHolder(path)).toBeUndefined();
  });

  test('waits for the holder, and says so once', async () => {
    const path = newPath();
    const order: string[] = [];
    const waited: string[] = [];
    let letGo = () => {};
    const first = withLock(path, { command: 'first' }, async () => {
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
      order.push('first');
    });
    while ((await lockHolder(path)) === undefined);
    const onWait = ({ command }: LockHolder) => {
      waited.push(command);
      letGo();
    };
    await withLock(path, { command: 'second', waitMs: 20_000, onWait }, async () => order.push('second'));
    await first;
    expect(order).toEqual(['first', 'second']);
    expect(waited).toEqual(['first']);
  });

  test('stops waiting when aborted', async () => {
    const path = newPath();
    const controller = new AbortController();
    await withLock(path, { command: 'a' }, async () => {
      const options = { command: 'b', waitMs: 60_000, signal: controller.signal, onWait: () => controller.abort() };
      expect(((await failureOf(withLock(path, options, async () => 'both'))) as Error).name).toBe('AbortError');
    });
  });

  test('lets go when the work fails', async () => {
    const path = newPath();
    const failure = new Error('no');
    expect(await failureOf(withLock(path, { command: 'a' }, () => Promise.reject(failure)))).toBe(failure);
    expect(await withLock(path, { command: 'b' }, async () => 'free')).toBe('free');
  });

  test.each<[string, Partial<LockHolder>]>([
    ['a dead holder', {}],
    ['a holder whose pid a stranger has by now', { pid: process.pid }],
  ])('takes over the lock of %s at once', async (_, holder) => {
    const path = newPath();
    leaveStaleLock(path, holder);
    expect(await lockHolder(path)).toBeUndefined();
    expect(await withLock(path, { command: 'a' }, async () => 'mine')).toBe('mine');
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  test('takes over after one that died while it took over', async () => {
    const path = newPath();
    leaveStaleLock(path);
    leaveStaleLock(`${path}.takeover`);
    expect(await withLock(path, { command: 'a' }, async () => 'mine')).toBe('mine');
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  test('takes over what is no lock', async () => {
    const path = newPath();
    mkdirSync(join(path, '..'));
    writeFileSync(path, 'hal');
    expect(await withLock(path, { command: 'a' }, async () => 'mine')).toBe('mine');
  });
});

describe('withProjectLock', () => {
  const makeProject = () => {
    const root = join(folder, `project-${++count}`);
    establishHome(join(root, '.millrace'));
    return { root, state: join(root, '.millrace') };
  };
  const stateIn = (root: string) => ({ state: join(root, '.millrace') });
  const take = (project: { state: string }) =>
    withProjectLock(project, 'cluster', { command: 'b' }, async () => 'mine');

  test('is free in a copy that was made while somebody held it, who keeps it in the original', async () => {
    const project = makeProject();
    await withProjectLock(project, 'cluster', { command: 'millrace cluster up' }, async () => {
      const copy = stateIn(`${project.root}-copy`);
      cpSync(project.state, copy.state, { recursive: true });
      expect(await projectLockHolder(copy, 'cluster')).toBeUndefined();
      expect(await take(copy)).toBe('mine');
      expect(await projectLockHolder(project, 'cluster')).toMatchObject({ pid: process.pid, folder: project.root });
      expect(await failureOf(take(project))).toMatchObject({ code: 'LOCKED' });
    });
    expect(await take(project)).toBe('mine');
  });

  test('is held on in a folder that is moved meanwhile, and what another project holds in the old place stays', async () => {
    const project = makeProject();
    const moved = stateIn(`${project.root}-moved`);
    const another = join(project.state, 'locks', 'cluster.lock');
    await withProjectLock(project, 'cluster', { command: 'millrace seed' }, async () => {
      renameSync(project.root, `${project.root}-moved`);
      expect(await projectLockHolder(moved, 'cluster')).toMatchObject({ command: 'millrace seed' });
      expect(await failureOf(take(moved))).toMatchObject({ code: 'LOCKED' });
      leaveStaleLock(another);
    });
    expect(readFileSync(another, 'utf8')).toContain('millrace old');
  });
});

describe('processes racing for a lock', () => {
  const imports = `
    import { readFileSync, writeFileSync, openSync, closeSync, rmSync } from 'node:fs';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { withLock } from ${JSON.stringify(moduleUrl('project', 'lock.js'))};
    const [, path, file, rounds, startAt] = process.argv;`;

  const race = async (processes: number, script: string, args: readonly string[]) => {
    const startAt = String(Date.now() + 1_000);
    const results = await Promise.all(
      Array.from({ length: processes }, () => runModule(imports + script, [...args, startAt])),
    );
    expect(results.map(({ exitCode, stderr }) => `${exitCode} ${stderr}`)).toEqual(Array(processes).fill('0 '));
    return results.map(({ stdout }) => JSON.parse(stdout) as number);
  };

  test('eight of them count in one file without losing a step', async () => {
    const path = newPath();
    leaveStaleLock(path);
    const counter = join(folder, 'counter');
    writeFileSync(counter, '0');
    const script = `
      for (let round = 0; round < Number(rounds); round++) {
        await withLock(path, { command: 'count', waitMs: 40_000 }, async () => {
          const before = Number(readFileSync(file, 'utf8'));
          await sleep(1);
          writeFileSync(file, String(before + 1));
        });
      }
      console.log(0);`;
    await race(8, script, [path, counter, '15']);
    expect(readFileSync(counter, 'utf8')).toBe('120');
  });

  test('never two at once hold a lock that a dead one left', async () => {
    const rounds = 60;
    const path = newPath();
    for (let round = 0; round < rounds; round++) leaveStaleLock(`${path}.${round}`);
    const script = `
      let breaches = 0;
      for (let round = 0; round < Number(rounds); round++) {
        while (Date.now() < Number(startAt) + round * 12);
        const busy = file + round;
        await withLock(path + '.' + round, { command: 'race', waitMs: 0 }, async () => {
          try {
            closeSync(openSync(busy, 'wx'));
          } catch {
            breaches++;
          }
          await sleep(2);
          rmSync(busy, { force: true });
        }).catch((error) => {
          if (error.code !== 'LOCKED') throw error;
        });
      }
      console.log(breaches);`;
    expect(await race(6, script, [path, join(folder, 'busy-'), String(rounds)])).toEqual(Array(6).fill(0));
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });
});
