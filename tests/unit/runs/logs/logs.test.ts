import { type LogsOptions, openLogs } from '../../../../src/runs/logs/logs.js';
import type { RunLogLine } from '../../../../src/runs/logs/run-log.js';
import { writeRun } from '../../../../src/runs/record/run-record.js';
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

  test('are not there while the cluster does not run', async () => {
    const run = await makeRun(ENDED);
    expect(await failureOf(linesOf(run, { isOfExecutors: true }))).toMatchObject({ code: 'CLUSTER_NOT_RUNNING' });
  });
});
