// `npm run bench`: ours and a peer in turn in one run, on the same cluster; ratios count, absolute times do not.
//
//   help   `cli --help` against a bare `node -e 0` (bound: 2)
//   seed   `cli seed cars` against csv-parse with `columns: true` and kafkajs, 2,000 records a send, each a fresh process
//          with its own clock from the first row to the last acknowledgement
//   news   `cli seed news` of 10,000 stories of 10 kB, flat out (bound: 3,000 stories/s on 2 cores)
//   up     `cli cluster up` with everything cached (bound: 20 s on 2 cores)
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const CLI = resolve('bin/cli');
const ROUNDS = 5;
const STORIES = 10_000;
const QUIET = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
const MAKES = ['audi', 'bmw', 'ford', 'hyundi', 'merc', 'skoda', 'toyota', 'vauxhall', 'vw'];
const project = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
const cli = (...args) => JSON.parse(execFileSync(CLI, ['--json', '--project', project, ...args], QUIET));

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const spread = (values) => `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`;

function secondsOf(work) {
  const startedAt = performance.now();
  work();
  return (performance.now() - startedAt) / 1000;
}

/** A and B in turn; the first round warms caches up and does not count. */
async function compare(name, unit, ours, peer, ratioOf) {
  const rounds = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const pair =
      round % 2 === 0 ? [await ours(round), await peer(round)] : [await peer(round), await ours(round)].reverse();
    if (round > 0) rounds.push(pair);
  }
  const ratios = rounds.map(([a, b]) => ratioOf(a, b));
  const [a, b] = [median(rounds.map(([x]) => x)), median(rounds.map(([, y]) => y))];
  console.log(
    `${name.padEnd(6)} ratio ${median(ratios).toFixed(2)} (${spread(ratios)})   ours ${a.toFixed(2)} ${unit}, peer ${b.toFixed(2)} ${unit}`,
  );
}

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
  const { generateStories } = await import('../../dist/src/seed/emulator/generate-stories.js');
  const options = { seed: 1, count: STORIES, startMs: Date.now(), releasePerSecond: 100, size: 'full' };
  const file = join(project, 'stories.ndjson');
  const lines = generateStories(options).map(({ story }) => `${JSON.stringify(story())}\n`);
  writeFileSync(file, lines.join(''));
  return file;
}

async function measureNews() {
  const file = await newsFile();
  const rates = Array.from({ length: ROUNDS }, (_, round) => {
    const { published, seconds } = cli('seed', 'news', file, '--topic', `news-${round}`);
    return published / seconds;
  });
  console.log(`news   ${median(rates).toFixed(0)} stories/s (${spread(rates)})`);
}

try {
  await compare(
    'help',
    's',
    () => secondsOf(() => spawnSync(process.execPath, [CLI, '--help'])),
    () => secondsOf(() => spawnSync(process.execPath, ['-e', '0'])),
    (ours, peer) => ours / peer,
  );
  const { seconds } = cli('cluster', 'up', '--ports', 'auto');
  console.log(`up     ${seconds.toFixed(1)} s with everything cached`);
  const files = carFiles();
  const broker = cli('cluster', 'status').services.find(({ name }) => name === 'broker').address;
  await compare(
    'seed',
    'rows/s',
    (round) => {
      const { published, seconds: took } = cli('seed', 'cars', ...files, '--topic', `ours-${round}`);
      return published / took;
    },
    (round) => {
      const peer = ['tests/bench/seed-by-hand.mjs', broker, `peer-${round}`, ...files];
      return Number(execFileSync(process.execPath, peer, { encoding: 'utf8' }));
    },
    (ours, peer) => ours / peer,
  );
  await measureNews();
} finally {
  cli('cluster', 'down', '--purge', '--yes');
  rmSync(project, { recursive: true, force: true });
}
