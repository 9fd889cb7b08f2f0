// How long `runs show` takes for a run with a million micro-batches, against the same run with none.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createTopics } from './kafka.mjs';
import { measureLatencies } from './latency.mjs';
import { cli, commandLineOf, project, secondsOf } from './measure.mjs';
import { median } from './statistics.mjs';

const LINES = 1_000_000;
const LOOKS = 5;
const WRITTEN_WITHIN_MS = 15 * 60 * 1000;

/** A stream that is stopped again at once, and what Spark said of one of its batches. */
async function shortRun(broker) {
  const [source, result] = ['show-in', 'show-out'];
  await createTopics(broker, source, result);
  const settings = ['--set', `input=${source}`, '--set', `output=${result}`];
  const { run } = cli('submit', 'windowed-news', '--name', 'show', ...settings);
  await measureLatencies(broker, { source, result, count: 1, warmUp: 0, everyMs: 1_000, prefix: 'show' });
  cli('runs', 'stop', run);
  const folder = join(project, '.millrace', 'data', 'runs', run);
  const progress = readdirSync(folder).filter((file) => file.startsWith('progress'));
  const lines = readFileSync(join(folder, 'progress.ndjson'), 'utf8').trim().split('\n');
  for (const file of progress) rmSync(join(folder, file));
  return { run, folder, line: lines.find((one) => JSON.parse(one).numInputRows > 0) };
}

/** Writes the progress of a million batches with the code of a checkout, and keeps it aside. */
function writeProgress({ folder, line }, checkout, aside) {
  const { variables, prepend } = cli('env');
  const env = { ...process.env, ...variables, PYTHONPATH: prepend.PYTHONPATH.join(':') };
  const others = readdirSync(folder);
  const script = [resolve('tests/bench/write_progress.py'), resolve(checkout, 'templates')];
  execFileSync(variables.PYSPARK_PYTHON, [...script, join(folder, 'progress.ndjson'), `${LINES}`], {
    env,
    input: line,
    timeout: WRITTEN_WITHIN_MS,
  });
  mkdirSync(aside);
  const written = readdirSync(folder).filter((file) => !others.includes(file));
  for (const file of written) renameSync(join(folder, file), join(aside, file));
}

/** Seconds of `runs show` while the files of a folder lie in that of the run. */
function secondsToShow({ run, folder }, { program }, aside) {
  const files = aside === undefined ? [] : readdirSync(aside);
  for (const file of files) renameSync(join(aside, file), join(folder, file));
  const seconds = secondsOf(() => commandLineOf(program).cli('runs', 'show', run));
  for (const file of files) renameSync(join(folder, file), join(aside, file));
  return seconds;
}

let short;

/** The side `peer` is the command of this build for the run without a batch. */
export async function measureShow({ broker, sides }) {
  short ??= await shortRun(broker);
  const builds = Object.entries(sides).filter(([, { checkout }]) => checkout !== undefined);
  const looks = { peer: [], ...Object.fromEntries(builds.map(([name]) => [name, []])) };
  for (const [name, { checkout }] of builds) {
    const aside = join(project, `progress-of-${name}`);
    if (!readdirSync(project).includes(`progress-of-${name}`)) writeProgress(short, checkout, aside);
  }
  for (let look = 0; look < LOOKS; look++) {
    looks.peer.push(secondsToShow(short, sides.ours));
    for (const [name, side] of builds)
      looks[name].push(secondsToShow(short, side, join(project, `progress-of-${name}`)));
  }
  return Object.fromEntries(Object.entries(looks).map(([name, seconds]) => [name, { seconds: median(seconds) }]));
}
