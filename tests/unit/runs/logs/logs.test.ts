import { DriverLog } from '../../../../src/runs/logs/driver-log.js';
import { ExecutorLogs } from '../../../../src/runs/logs/executor-logs.js';
import { type LogsOptions, openLogs } from '../../../../src/runs/logs/logs.js';
import type { RunLogLine } from '../../../../src/runs/logs/run-log.js';
import { writeRun } from '../../../../src/runs/record/run-record.js';
import { readLogEnd, readLogStart } from '../../../../src/runs/state/run-files.js';
import { writeSupervision } from '../../../../src/runs/state/supervision.js';
import { StandaloneScheduler } from '../../../../src/targets/standalone/standalone-scheduler.js';
import type { ServiceName, Target } from '../../../../src/targets/target.js';
import { makeFolderTarget } from '../../../fakes/folder-target.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { makeSupervision } from '../../../fakes/supervision.js';
import { failureOf } from '../../failure-of.js';
import { servePage } from '../../spark/serve-page.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { waitUntil } from '../../wait-until.js';

const { target, project } = makeFolderTarget(temporaryFolder());
const never = new AbortController().signal;
let count = 0;

/** A run with these files in its folder. */
async function makeRun(files: Readonly<Record<string, string>>): Promise<string> {
  const run = `logged-${++count}`;
  await writeRun(project, makeRunRecord({ run, name: run }));
  for (const [file, text] of Object.entries(files)) await target.data.put(`runs/${run}/${file}`, text);
  return run;
}

const ENDED = { 'exit.json': '{"exitCode":0,"endedAt":"2026-11-24T10:00:00Z"}' };
const plainOptions = { lines: 200, isFollowing: false, isOfExecutors: false };

async function linesOf(word: string, options: Partial<LogsOptions> = {}, on: Target = target): Promise<string[]> {
  const { lines } = await openLogs(on, project, { ...plainOptions, word, ...options }, never);
  const found: RunLogLine[] = [];
  for await (const line of lines) found.push(line);
  return found.map(({ source, line }) => `${source} ${line}`);
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

describe("a driver's log", () => {
  test.each([
    ['short lines', ''],
    ['lines longer than is guessed', ' long'.repeat(300)],
  ])('is shown by its last lines: %s', async (_, tail) => {
    const lines = numbered(1, 500).map((line) => `${line}${tail}`);
    const run = await makeRun({ 'driver.log': text(lines) });
    expect(await linesOf(run, { lines: 3 })).toEqual(lines.slice(-3).map((line) => `driver ${line}`));
    expect(await linesOf(run, { lines: 1000 })).toHaveLength(500);
  });

  test('is empty where the driver wrote none', async () => {
    expect(await linesOf(await makeRun({}))).toEqual([]);
  });

  test('of an earlier attempt is shown when it is asked for', async () => {
    const run = await makeRun({
      'driver.log': 'third\n',
      'attempts/1/driver.log': 'first\n',
      'attempts/2/driver.log': 'second\n',
    });
    expect(await linesOf(run)).toEqual(['driver third']);
    expect(await linesOf(run, { attempt: 1 })).toEqual(['driver first']);
    expect(await linesOf(run, { attempt: 3 })).toEqual(['driver third']);
    expect(await failureOf(linesOf(run, { attempt: 4 }))).toMatchObject({ code: 'USAGE', hint: 'There are: 1, 2, 3.' });
    expect(await failureOf(linesOf(run, { attempt: 1, isFollowing: true }))).toMatchObject({ code: 'USAGE' });
  });
});

describe('following', () => {
  test('ends with the run, after its last line', async () => {
    const run = await makeRun({ 'driver.log': 'a\n', ...ENDED });
    expect(await linesOf(run, { isFollowing: true })).toEqual(['driver a']);
  });

  test('goes on across a restart and loses no line of either log', async () => {
    const run = await makeRun({ 'driver.log': 'a\n' });
    await writeSupervision(project, run, makeSupervision());
    const file = (name: string) => `runs/${run}/${name}`;
    const found: string[] = [];
    const following = openLogs(target, project, { ...plainOptions, word: run, isFollowing: true }, never).then(
      async ({ lines, state }) => {
        for await (const { line } of lines) found.push(line);
        return state();
      },
    );
    await waitUntil(() => found.includes('a'));
    await target.data.put(file('driver.log'), 'a\nb\n');
    await target.data.rename(file('driver.log'), file('attempts/1/driver.log'));
    await target.data.put(file('driver.log'), 'longer than all that was before\n');
    await waitUntil(() => found.length === 3);
    await target.data.rename(file('driver.log'), file('attempts/2/driver.log'));
    await target.data.put(file('driver.log'), 'c\n');
    const verdict = { state: 'succeeded', exitCode: 0, cause: null, at: new Date().toISOString() } as const;
    await writeSupervision(project, run, makeSupervision({ verdict }));
    expect(await following).toBe('succeeded');
    expect(found).toEqual(['a', 'b', 'longer than all that was before', 'c']);
  });

  test('goes on where the log was moved to a part, and loses no line', async () => {
    const run = await makeRun({ 'driver.log': 'a\n' });
    await writeSupervision(project, run, makeSupervision());
    const put = (name: string, content: string) => target.data.put(`runs/${run}/${name}`, content);
    const found: string[] = [];
    const log = new DriverLog(target.data, run);
    const look = async () => found.push(...(await log.next()).map(({ line }) => line));
    expect((await log.last(5)).map(({ line }) => line)).toEqual(['a']);
    // As run-driver.sh does it: the log is cut, then the part has its name; a reader may look between the two.
    await put('driver.log', '');
    await look();
    await put('driver.1.log', 'a\nb\n');
    await put('driver.log', 'c\n');
    await look();
    expect(found).toEqual(['b', 'c']);
    // Two moves between two looks: the part between is gone.
    await put('driver.3.log', 'f\n');
    await put('driver.log', 'g\n');
    await look();
    await target.data.remove(`runs/${run}/driver.3.log`);
    await put('driver.4.log', 'g\nh\n');
    await put('driver.log', 'i\n');
    for (const name of ['driver.1.log', 'driver.4.log', 'driver.log'])
      await target.data.rename(`runs/${run}/${name}`, `runs/${run}/attempts/1/${name}`);
    await put('driver.log', 'k\n');
    await look();
    expect(found).toEqual(['b', 'c', 'f', 'g', 'h', 'i', 'k']);
  });

  test('begins with lines of the part before, where the log is short', async () => {
    const run = await makeRun({ 'driver.1.log': 'a\n', 'driver.5.log': 'b\nc\n', 'driver.log': 'd\n' });
    const log = new DriverLog(target.data, run);
    expect((await log.last(2)).map(({ line }) => line)).toEqual(['c', 'd']);
    expect(await log.next()).toEqual([]);
    expect(await readLogEnd(target.data, run, 5)).toBe('c\nd\n');
    expect(await readLogEnd(target.data, run)).toBe('b\nc\nd\n');
    expect(await readLogStart(target.data, run)).toBe('a\n');
  });

  test('lets go of the run when it is interrupted', async () => {
    const run = await makeRun({ 'driver.log': 'a\n' });
    await writeSupervision(project, run, makeSupervision());
    const controller = new AbortController();
    const options = { ...plainOptions, word: run, isFollowing: true };
    const { lines, state } = await openLogs(target, project, options, controller.signal);
    for await (const { line } of lines) if (line === 'a') controller.abort();
    expect(await state()).toBe('starting');
  });
});

describe("the executors' logs", () => {
  /** A worker's page with executors of two applications; each has written its own name. */
  const servePages = (executors: readonly number[]) =>
    servePage(({ url = '' }, response) => {
      const query = new URL(url, 'http://worker').searchParams;
      if (!url.startsWith('/log')) {
        const all = executors.map((id) => ({ id, appid: 'app-2', memory: 512, appdesc: { name: 'x' } }));
        const others = [{ id: 7, appid: 'app-1', memory: 512, appdesc: { name: 'x' } }];
        response.end(JSON.stringify({ executors: all, finishedexecutors: others }));
        return;
      }
      const written = `hello of ${query.get('appId')}/${query.get('executorId')}\nsecond\nthi`;
      const part = written.slice(Number(query.get('offset')));
      const header = `==== Bytes ${written.length - part.length}-${written.length} of ${written.length} of /x ====\n`;
      response.end(header + part);
    });

  const onCluster = async (): Promise<Target> => {
    const uis = [await servePages([1]), await servePages([0])];
    const workers = uis.map((ui, index) => ({
      ...{ name: `worker-${index + 1}` as ServiceName, state: 'running' as const, pid: null, container: null },
      ...{ address: null, ui },
    }));
    const address = async () => ({ master: 'spark://127.0.0.1:2', page: 'http://127.0.0.1:3' });
    return { ...target, scheduler: new StandaloneScheduler(address, { status: async () => workers }) };
  };

  test.each([
    ['the script has told', { 'application.json': '{"id":"app-2","ui":null,"settled":true}' }],
    [
      'the log alone tells',
      {
        'driver.log':
          'x Connected to Spark cluster with app ID app-1\ny Connected to Spark cluster with app ID app-2\n',
      },
    ],
  ])("are those of the run's application on every worker: %s", async (_, files) => {
    const run = await makeRun({ ...files, ...ENDED });
    const on = await onCluster();
    expect(await linesOf(run, { isOfExecutors: true, isFollowing: true }, on)).toEqual([
      ...['executor-0 hello of app-2/0', 'executor-0 second'],
      ...['executor-1 hello of app-2/1', 'executor-1 second'],
    ]);
    expect(await linesOf(run, { isOfExecutors: true, lines: 1 }, on)).toEqual([
      'executor-0 second',
      'executor-1 second',
    ]);
  });

  test('are followed when the worker has deleted an earlier file of a log: the bytes are counted from another one then', async () => {
    const run = await makeRun({ 'application.json': '{"id":"app-2","ui":null,"settled":true}' });
    let log = text(numbered(1, 1_000));
    const read = async (fromByte: number) => {
      const start = Math.min(fromByte, log.length);
      return { text: log.slice(start), nextByte: log.length };
    };
    const scheduler = Object.assign(Object.create((await onCluster()).scheduler), {
      executorLogs: async () => [{ executor: 0, read }],
    });
    const logs = new ExecutorLogs({ ...target, scheduler }, run);
    expect((await logs.last(2)).map(({ line }) => line)).toEqual(numbered(999, 1_000));
    log = text(numbered(600, 1_003));
    expect((await logs.next()).map(({ line }) => line)).toEqual(numbered(1_001, 1_003));
    expect(await logs.next()).toEqual([]);
    log += text(['line 1004']);
    expect((await logs.next()).map(({ line }) => line)).toEqual(['line 1004']);
  });

  test('are not there while the cluster does not run', async () => {
    const run = await makeRun(ENDED);
    expect(await failureOf(linesOf(run, { isOfExecutors: true }))).toMatchObject({ code: 'CLUSTER_NOT_RUNNING' });
  });
});
