// The sides of a comparison, each with the same doors: our streams, those of another checkout, and scripts by hand.
//
// A script by hand is started as its author would: a plain `spark-submit` in a shell that `millrace env` has prepared. It has the
// cores, memory and partitions of the job (1 executor of 1 core, 512 MB, 2 shuffle partitions), and none of the options that
// millrace gives to the Java of its own drivers and executors.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI, commandLineOf, project } from './measure.mjs';
import { executorPids, nextExecutor } from './processes.mjs';

const END_WITHIN_MS = 60_000;
const SCRIPTS = { 'windowed-news': 'windowed_by_hand.py', 'windowed-cars': 'windowed_cars_by_hand.py' };
const readLines = (file) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const foldersIn = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));

/**
 * Each side has `start`, which returns what is known of its application; a build also has its checkout and its program.
 * - `executor`: the pid of its executor; `processes`: the pids of all others that belong to it, without those that they start
 * - `java`: the pids of its driver and its executor
 * - `ended`: a promise that it has ended by itself; `stop`: ends it
 * - `checkpoints`: the checkpoint of each of its queries; `progress`: what Spark said of its batches
 */
export function sidesFor(baseline) {
  const sides = { ours: build('.'), peer: { start: startByHand } };
  return baseline === undefined ? sides : { ...sides, before: build(baseline) };
}

function build(checkout) {
  const program = resolve(checkout, 'bin', 'cli');
  return { checkout, program, start: oursBy(program) };
}

/** `spec` has a job, a name, both topics, a trigger, and settings of the job that the scripts by hand have no use for. */
const oursBy = (program) => async (spec) => {
  const { cliAsync } = commandLineOf(program);
  const known = executorPids();
  const settings = [`input=${spec.source}`, `output=${spec.result}`, ...(spec.settings ?? [])];
  const flags = ['--name', spec.name, '--trigger', spec.trigger, ...settings.flatMap((one) => ['--set', one])];
  const submitted = cliAsync('submit', spec.job, ...flags);
  submitted.catch(() => undefined); // told by whoever waits for it
  const executor = await nextExecutor(known);
  const state = join(project, '.millrace');
  const read = (...path) => JSON.parse(readFileSync(join(state, ...path), 'utf8'));
  const checkpoint = join(state, 'data', 'checkpoints', spec.name, '1');
  const isStream = spec.trigger !== 'available-now';
  const run = isStream ? (await submitted).run : undefined;
  return {
    executor,
    processes: isStream
      ? [read('data', 'runs', run, 'driver.json').pid, read('runs', run, 'supervision.json').supervisor.pid]
      : [],
    java: isStream ? [read('data', 'runs', run, 'driver.json').pid, executor] : [],
    ended: submitted,
    stop: () => cliAsync('runs', 'stop', run),
    checkpoints: () => foldersIn(checkpoint),
    progress: async () => readLines(join(state, 'data', 'runs', (await submitted).run, 'progress.ndjson')),
  };
};

/** Those that a failed measurement leaves behind end with the bench. */
const children = new Set();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

async function startByHand(spec) {
  const known = executorPids();
  const [checkpoint, progress] = [join(project, `${spec.name}-checkpoint`), join(project, `${spec.name}-progress`)];
  const last = spec.trigger === 'available-now' ? progress : spec.trigger;
  const script = [
    resolve('tests', 'bench', SCRIPTS[spec.job]),
    spec.broker,
    spec.source,
    spec.result,
    checkpoint,
    last,
  ];
  const prepared = 'code=$("$0" --project "$1" env) && eval "$code" && shift && exec spark-submit "$@"';
  const log = openSync(join(project, `${spec.name}.log`), 'a');
  const child = spawn('bash', ['--norc', '-c', prepared, CLI, project, ...script], {
    env: { ...process.env, MILLRACE_TARGET: 'local' },
    stdio: ['ignore', log, log],
  });
  children.add(child);
  const exit = once(child, 'exit').finally(() => children.delete(child));
  const ended = exit.then(([code]) => {
    if (code !== 0) throw new Error(`${spec.name} ended with ${code}`);
  });
  ended.catch(() => undefined); // told by whoever waits for it; a stream that is stopped is waited for by nobody
  const executor = await nextExecutor(known);
  return {
    executor,
    processes: [child.pid],
    java: [child.pid, executor],
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      const isOver = await Promise.race([exit.then(() => true), sleep(END_WITHIN_MS, false, { ref: false })]);
      if (!isOver) child.kill('SIGKILL');
    },
    checkpoints: () => [checkpoint],
    progress: async () => readLines(progress),
  };
}
