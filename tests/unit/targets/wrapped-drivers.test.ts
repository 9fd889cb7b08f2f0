import type { SharedFiles } from '../../../src/targets/target.js';
import { type DriverProcesses, WrappedDrivers } from '../../../src/targets/wrapped-drivers.js';

const DRIVER = 4711;
const WRAPPER = 4710;
const STARTED = 'boot:100';
const ENDED = { exitCode: 0, endedAt: '2026-11-24T12:00:00Z' };

/** Files in memory and processes that only exist in a list. */
function makePlace(exitWithinMs?: number) {
  const files = new Map<string, string>();
  const running = new Map<number, string>();
  const sent: string[] = [];
  const onSend = new Map<string, () => void>();
  const data: Pick<SharedFiles, 'read'> = { read: async (path) => files.get(path) };
  const processes: DriverProcesses = {
    startTime: async (pid) => running.get(pid),
    send: async (pid, signal) => {
      sent.push(`${signal} ${pid}`);
      onSend.get(`${signal} ${pid}`)?.();
      return running.has(Math.abs(pid));
    },
  };
  const write = (file: string, content: object | string) =>
    files.set(`runs/cars-1/${file}`, typeof content === 'string' ? content : JSON.stringify(content));
  return {
    drivers: new WrappedDrivers(data as SharedFiles, processes, exitWithinMs),
    running,
    sent,
    onSend,
    write,
    /** As run-driver.sh leaves it once the driver runs. */
    launch: () => {
      running.set(WRAPPER, 'boot:99').set(DRIVER, STARTED);
      write('driver.json', { pid: DRIVER, startTime: STARTED, wrapper: WRAPPER });
    },
  };
}

describe('find', () => {
  test('calls a driver absent that has left no file', async () => {
    expect(await makePlace().drivers.find('cars-1')).toEqual({ state: 'absent' });
  });

  test.each(['', '{', '{"pid": 4711, "star'])('calls a driver absent whose file holds only %p', async (half) => {
    const { drivers, write } = makePlace();
    write('driver.json', half);
    expect(await drivers.find('cars-1')).toEqual({ state: 'absent' });
  });

  test('finds a running driver', async () => {
    const { drivers, launch } = makePlace();
    launch();
    expect(await drivers.find('cars-1')).toEqual({ state: 'running', pid: DRIVER });
    expect(await drivers.find('cars-2')).toEqual({ state: 'absent' });
  });

  test('tells the exit code of one that has ended', async () => {
    const { drivers, launch, running, write } = makePlace();
    launch();
    running.clear();
    write('exit.json', { ...ENDED, exitCode: 3 });
    expect(await drivers.find('cars-1')).toEqual({ state: 'ended', exitCode: 3, endedAt: ENDED.endedAt });
  });

  test('tells the exit code of one that ended before its first file was read', async () => {
    const { drivers, write } = makePlace();
    write('exit.json', ENDED);
    expect(await drivers.find('cars-1')).toEqual({ state: 'ended', ...ENDED });
  });

  test('does not take the exit code of another driver for that of the one that runs, or ran', async () => {
    const { drivers, launch, running, write } = makePlace(50);
    launch();
    write('exit.json', { ...ENDED, pid: DRIVER + 1 });
    expect(await drivers.find('cars-1')).toEqual({ state: 'running', pid: DRIVER });
    running.clear();
    expect(await drivers.find('cars-1')).toEqual({ state: 'lost' });
    write('exit.json', { ...ENDED, pid: DRIVER });
    expect(await drivers.find('cars-1')).toEqual({ state: 'ended', ...ENDED });
  });

  test('calls a driver lost that left no exit code and whose wrapper is gone', async () => {
    const { drivers, launch, running } = makePlace();
    launch();
    running.clear();
    expect(await drivers.find('cars-1')).toEqual({ state: 'lost' });
  });

  test('does not take another process with the same pid for the driver', async () => {
    const { drivers, launch, running } = makePlace();
    launch();
    running.clear();
    running.set(DRIVER, 'boot:200');
    expect(await drivers.find('cars-1')).toEqual({ state: 'lost' });
  });

  test('does not take the same pid and ticks of another boot for the driver', async () => {
    const { drivers, launch, running } = makePlace();
    launch();
    running.clear();
    running.set(DRIVER, STARTED.replace('boot', 'next-boot'));
    expect(await drivers.find('cars-1')).toEqual({ state: 'lost' });
  });

  test('waits for a wrapper that has yet to write the exit code', async () => {
    const { drivers, launch, running, write } = makePlace();
    launch();
    running.delete(DRIVER);
    setTimeout(() => {
      write('exit.json', ENDED);
      running.delete(WRAPPER);
    }, 150);
    expect(await drivers.find('cars-1')).toEqual({ state: 'ended', ...ENDED });
  });

  test('does not miss an exit code that was written while the wrapper ended', async () => {
    // The wrapper is looked at after exit.json was not there, and writes it as its last act.
    const files = new Map([['driver.json', JSON.stringify({ pid: DRIVER, startTime: STARTED, wrapper: WRAPPER })]]);
    const data = { read: async (path: string) => files.get(path.split('/').at(-1) ?? '') };
    const processes: DriverProcesses = {
      startTime: async (pid) => {
        if (pid === WRAPPER) files.set('exit.json', JSON.stringify(ENDED));
        return undefined;
      },
      send: async () => false,
    };
    expect(await new WrappedDrivers(data as unknown as SharedFiles, processes).find('cars-1')).toEqual({
      state: 'ended',
      ...ENDED,
    });
  });

  test('does not wait for ever for a wrapper that hangs', async () => {
    const { drivers, launch, running } = makePlace(200);
    launch();
    running.delete(DRIVER);
    expect(await drivers.find('cars-1')).toEqual({ state: 'lost' });
  });
});

describe('signal', () => {
  test('sends SIGTERM to the whole group', async () => {
    const { drivers, launch, sent } = makePlace();
    launch();
    expect(await drivers.signal('cars-1', 'SIGTERM')).toBe(true);
    expect(sent).toEqual([`SIGTERM -${WRAPPER}`]);
  });

  test('kills the driver first, so that its wrapper can write the exit code, and then the rest', async () => {
    const { drivers, launch, running, sent, onSend, write } = makePlace();
    launch();
    let isWritten = false;
    onSend.set(`SIGKILL ${DRIVER}`, () => {
      running.delete(DRIVER);
      setTimeout(() => {
        if (!running.has(WRAPPER)) return;
        write('exit.json', { ...ENDED, exitCode: 137 });
        isWritten = true;
        running.delete(WRAPPER);
      }, 120);
    });
    onSend.set(`SIGKILL -${WRAPPER}`, () => running.clear());
    expect(await drivers.signal('cars-1', 'SIGKILL')).toBe(true);
    expect(sent).toEqual([`SIGKILL ${DRIVER}`, `SIGKILL -${WRAPPER}`]);
    expect(isWritten).toBe(true);
    expect(await drivers.find('cars-1')).toMatchObject({ state: 'ended', exitCode: 137 });
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('never sends %s to another process with the same pid', async (signal) => {
    const { drivers, launch, running, sent } = makePlace();
    launch();
    running.set(DRIVER, 'boot:200');
    expect(await drivers.signal('cars-1', signal)).toBe(false);
    expect(sent).toEqual([]);
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('sends %s to no process', async (signal) => {
    const { drivers, launch, running, sent } = makePlace();
    expect(await drivers.signal('cars-1', signal)).toBe(false);
    launch();
    running.clear();
    expect(await drivers.signal('cars-1', signal)).toBe(false);
    expect(sent).toEqual([]);
  });
});

describe('waitUntilRecorded', () => {
  test('waits for the first file', async () => {
    const { drivers, launch } = makePlace();
    setTimeout(launch, 100);
    expect(await drivers.waitUntilRecorded('cars-1')).toBe(true);
  });

  test('knows one that has ended at once', async () => {
    const { drivers, write } = makePlace();
    write('exit.json', ENDED);
    expect(await drivers.waitUntilRecorded('cars-1')).toBe(true);
  });
});
