// The cases that are for the screen alone; bench.mjs says what each of them measures.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createTopics } from './kafka.mjs';
import { benchKeepUp } from './keep-up.mjs';
import { measureLatencies } from './latency.mjs';
import { brokerAddress, CLI, cli, cliAsync, compare, project, ROUNDS, secondsOf } from './measure.mjs';
import { sidesFor } from './sides.mjs';
import { median, spread } from './statistics.mjs';

const STORIES = 10_000;
const MAKES = ['audi', 'bmw', 'ford', 'hyundi', 'merc', 'skoda', 'toyota', 'vauxhall', 'vw'];

/** Each round starts two applications. */
const WINDOW_ROUNDS = 3;
const STORIES_A_ROUND = 15;

/** The nine real makes where they lie beside the project, else the sample written ten times over. */
function carFiles() {
  const folder = resolve('..', 'shared', 'data', 'cars');
  if (existsSync(folder)) return MAKES.map((make) => join(folder, `${make}.csv`));
  const [header, ...rows] = readFileSync('data/cars-sample.csv', 'utf8').trim().split('\n');
  const file = join(project, 'cars.csv');
  writeFileSync(file, `${[header, ...Array.from({ length: 10 }, () => rows).flat()].join('\n')}\n`);
  return [file];
}

/** Made-up stories as long as real ones, one per line. */
async function newsFile() {
  const { generateStories } = await import('../../dist/src/news-emulator/generate-stories.js');
  const options = { seed: 1, count: STORIES, startMs: Date.now(), releasePerSecond: 100, size: 'full' };
  const file = join(project, 'stories.ndjson');
  const lines = generateStories(options).map(({ story }) => `${JSON.stringify(story())}\n`);
  writeFileSync(file, lines.join(''));
  return file;
}

async function windowSeconds(side, round, broker) {
  const name = `window-${side}-${round}`;
  const spec = { job: 'windowed-news', name, broker, source: `${name}-in`, result: `${name}-out` };
  await createTopics(broker, spec.source, spec.result);
  const stream = await sidesFor()[side].start({ ...spec, trigger: '1 second' });
  const stories = { count: STORIES_A_ROUND, warmUp: 1, everyMs: 700 };
  const latencies = await measureLatencies(broker, { ...spec, ...stories, prefix: name });
  await stream.stop();
  return median(latencies) / 1000;
}

export const CASES = {
  help: () =>
    compare(
      'help',
      's',
      () => secondsOf(() => spawnSync(process.execPath, [CLI, '--help'])),
      () => secondsOf(() => spawnSync(process.execPath, ['-e', '0'])),
      (ours, peer) => ours / peer,
    ),
  seed: () => {
    const [files, broker] = [carFiles(), brokerAddress()];
    return compare(
      'seed',
      'rows/s',
      (round) => {
        const { published, seconds } = cli('seed', 'cars', ...files, '--topic', `ours-${round}`);
        return published / seconds;
      },
      (round) => {
        const peer = ['tests/bench/seed-by-hand.mjs', broker, `peer-${round}`, ...files];
        return Number(execFileSync(process.execPath, peer, { encoding: 'utf8' }));
      },
      (ours, peer) => ours / peer,
    );
  },
  news: async () => {
    brokerAddress();
    const file = await newsFile();
    const rates = Array.from({ length: ROUNDS }, (_, round) => {
      const { published, seconds } = cli('seed', 'news', file, '--topic', `news-${round}`);
      return published / seconds;
    });
    console.log(`news   ${median(rates).toFixed(0)} stories/s (${spread(rates, 0)})`);
  },
  window: () => {
    const broker = brokerAddress();
    return compare(
      'window',
      's',
      (round) => windowSeconds('ours', round, broker),
      (round) => windowSeconds('peer', round, broker),
      (ours, peer) => ours / peer,
      WINDOW_ROUNDS,
    );
  },
  steady: () => benchKeepUp(cliAsync, brokerAddress()),
};
