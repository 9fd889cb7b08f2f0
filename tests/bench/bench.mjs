// `npm run bench`, or `npm run bench -- news window` for some: ours and a peer in turn in one run, on the same cluster; ratios
// count, absolute times do not.
//
//   help    `cli --help` against a bare `node -e 0` (bound: 2)
//   up      `cli cluster up` with everything cached (bound: 20 s on 2 cores); said by the first case that needs a cluster
//   seed    `cli seed cars` against csv-parse with `columns: true` and kafkajs, 2,000 records a send, each a fresh process
//           with its own clock from the first row to the last acknowledgement
//   news    `cli seed news` of 10,000 stories of 10 kB, flat out (bound: 3,000 stories/s on 2 cores)
//   window  from a story's acknowledgement to its window's result on a topic, `windowed-news` against a script by hand with the
//           same trigger and one query (bound: 1.5)
//   steady  500 ms windows at 1,000 stories a second for five minutes (bound: the lag does not grow)
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { benchKeepUp } from './keep-up.mjs';
import { createTopics, measureLatencies } from './latency.mjs';
import {
  brokerAddress,
  CLI,
  cleanUp,
  cli,
  cliAsync,
  compare,
  median,
  project,
  ROUNDS,
  secondsOf,
  spread,
} from './measure.mjs';

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

/** The script's own submit, so that both have the same master, memory and core. */
function startWindows(who, round, broker) {
  const [source, result, name] = [`news-${who}-${round}`, `results-${who}-${round}`, `${who}-${round}`];
  const ours = ['windowed-news', '--name', name, '--set', `input=${source}`, '--set', `output=${result}`];
  const byHand = [resolve('tests/bench/windowed_by_hand.py'), '--name', name, '--', broker, source, result];
  const checkpoint = join(project, `checkpoint-${round}`);
  const args = who === 'ours' ? ours : [...byHand, checkpoint, '1 second'];
  return { source, result, start: () => cli('submit', ...args).run };
}

async function windowSeconds(who, round, broker) {
  const { source, result, start } = startWindows(who, round, broker);
  await createTopics(broker, source, result);
  const run = start();
  const prefix = `${who}-${round}`;
  const latencies = await measureLatencies(broker, { source, result, count: STORIES_A_ROUND, prefix });
  cli('runs', 'stop', run);
  return median(latencies) / 1000;
}

const CASES = {
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

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(CASES);
const unknown = wanted.filter((name) => !Object.hasOwn(CASES, name));
if (unknown.length > 0)
  throw new Error(`There is no ${unknown.join(', ')}; there are ${Object.keys(CASES).join(', ')}`);
try {
  for (const name of wanted) await CASES[name]();
} finally {
  cleanUp();
}
