import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../../src/project/package-files.js';
import { DriverLog } from '../../../../src/runs/logs/driver-log.js';
import { readLogEnd, readLogStart } from '../../../../src/runs/state/run-files.js';
import { makeFolderTarget } from '../../../fakes/folder-target.js';
import { temporaryFolder } from '../../temporary-folder.js';

const root = temporaryFolder();
const { target } = makeFolderTarget(root);
const { data, drivers } = target;
const LONGEST = 100_000;

/** The wrapper with shorter logs and a quicker look at them. */
function putQuickWrapper(): void {
  const shipped = readFileSync(packagePath('templates', 'run-driver.sh'), 'utf8');
  const quick = shipped.replace('sleep 10', 'sleep 0.1').replace('longest_log=4194304', `longest_log=${LONGEST}`);
  expect(quick.match(/sleep 0\.1|=100000/g)).toHaveLength(2);
  writeFileSync(join(root, '.millrace', 'src', 'run-driver.sh'), quick);
}

/** 86,400 batches in 8 s, ten lines at a time, and an exit code that `wait` also uses. */
const DRIVER = `
import sys, time
for batch in range(86400):
    print(f"26/11/24 INFO MicroBatchExecution: batch {batch} of an idle stream")
    if batch % 10 == 0:
        sys.stdout.flush()
        time.sleep(0.0005)
sys.exit(127)
`;

test("a day's log stays short while the driver runs, is followed to its end, and begins with its first lines", async () => {
  putQuickWrapper();
  mkdirSync(join(root, '.millrace', 'data', 'runs'), { recursive: true });
  await drivers.launch('day-1', ['python3', '-c', DRIVER], {});
  const folder = join(root, '.millrace', 'data', 'runs', 'day-1');
  const log = new DriverLog(data, 'day-1');
  const found = (await log.last(1_000_000)).map(({ line }) => line);
  let largest = 0;
  for (let hasEnded = false; !hasEnded; ) {
    hasEnded = (await drivers.find('day-1')).state !== 'running';
    found.push(...(await log.next()).map(({ line }) => line));
    const logs = readdirSync(folder).filter((name) => name.startsWith('driver.') && name !== 'driver.json');
    largest = Math.max(
      largest,
      // The copy that becomes a part may have got its name since the folder was read.
      logs.map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0).reduce((a, b) => a + b, 0),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await drivers.find('day-1')).toMatchObject({ state: 'ended', exitCode: 127 });
  // All that was printed is ten times as long. A log is moved on a moment after it has become too long.
  expect(found.join('\n').length).toBeGreaterThan(5_000_000);
  expect(largest).toBeLessThan(1_500_000);
  expect(await readLogStart(data, 'day-1')).toMatch(/^.* batch 0 of/);
  expect(await readLogEnd(data, 'day-1', 50_000)).toMatch(/ batch 86399 of an idle stream\n$/);
  // Some lines may be lost in the moment in which a log is cut; none comes twice, and all come in their order.
  const numbers = found
    .map((line) => Number(/ batch (\d+) of an idle stream$/.exec(line)?.[1]))
    .filter(Number.isFinite);
  expect(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))).toBe(true);
  expect(86_400 - numbers.length).toBeLessThan(1_000);
}, 120_000);
