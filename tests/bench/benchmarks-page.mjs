// docs/benchmarks.md, made of tests/bench/figures.json. Nothing in the page is written by hand.
import { tableOf } from './rows.mjs';
import { median } from './statistics.mjs';

const countOf = (stage) => stage?.rounds.ours.length ?? 0;
/** Other programs disturb a measurement from here on. */
const DISTURBING_SHARE = 0.15;

function disturbance({ rounds }) {
  const shares = Object.values(rounds).flatMap((side) => side.map(({ othersShare }) => othersShare ?? 0));
  const most = Math.max(...shares);
  return most < DISTURBING_SHARE ? '' : `; other programs took up to ${(most * 100).toFixed(0)} % of the cores`;
}

const describe = ({ date, commit, machine }) =>
  `${date}, commit ${commit}: ${machine.cores} cores (${machine.processor}), ${machine.system}, Java ${machine.java}, ` +
  `Spark ${machine.spark}, Node ${machine.node}`;

/** When and where each stage was measured; stages of one time share a line. */
function placesOf(stages) {
  const lines = new Map();
  for (const [name, stage] of Object.entries(stages)) {
    const place = describe(stage);
    lines.set(place, [...(lines.get(place) ?? []), `${name} (rounds: ${countOf(stage)}${disturbance(stage)})`]);
  }
  return [...lines].map(([place, names]) => `- ${names.join(', ')}: ${place}`).join('\n');
}

function wholeTimes(stage) {
  if (!stage) return '';
  const [ours, peer] = ['ours', 'peer'].map((side) =>
    median(stage.rounds[side].map(({ wholeSeconds }) => wholeSeconds)).toFixed(0),
  );
  return ` From Enter to the end of the command it is ${ours} s, and ${peer} s by hand; that includes the start of driver and executor.`;
}

function wholeOfStories(stage) {
  if (!stage) return '';
  const [ours, peer] = ['ours', 'peer'].map((side) => {
    const figure = (name, digits = 0) => median(stage.rounds[side].map((round) => round[name])).toFixed(digits);
    return `${figure('batches')} micro-batches and ${figure('cpu', 1)} s`;
  });
  return ` A stream at 100 ms begins the next batch as soon as one has ended, so the quicker one has more of them for the same\n  stories: ours ${ours} in all, by hand ${peer}. So the row tells the time of a batch.`;
}

/** @param figures what was measured, `now` and `before`, by stage */
export function pageOf(figures) {
  return `# Benchmarks

\`npm run bench -- --write\` measures and makes this page. \`npm run bench -- --check\` measures, and ends with exit code 1 if a bound
is broken, and names it. Either takes 30 to 40 minutes on 2 cores that do nothing else.

Absolute times are those of one machine. What counts is the ratio of two sides that were measured in turn, in one run, on one
cluster: the median over the rounds, and in brackets the least and the greatest.

${tableOf(figures)}

An \`x\` in the columns \`bound\`, \`aim\` and \`now\` is a ratio to the peer. In the rows about CPU it is a ratio to the build before,
ours to the peer's now divided by ours to the peer's then, so that 1 means no change. Rows per second should be more, everything
else less.

## Who is measured

**The peer** is a PySpark script that a competent user writes in an afternoon, \`tests/bench/windowed_by_hand.py\` for stories and
\`tests/bench/windowed_cars_by_hand.py\` for cars: one streaming query, no parquet, no dead letters. It is started with a plain
\`spark-submit\` in a shell that \`millrace env\` has prepared, as its author would. Both sides have 1 executor of 1 core and 512 MB,
a driver of 512 MB, 2 shuffle partitions, UTC, and the same trigger. The peer's Java has none of the options that millrace gives
its own drivers and executors.

**Ours** is the shipped job with its defaults: results on the topic, closed windows in parquet, dead letters.

**Before** is the build that the work on these figures began with. Its ratios to the peer were measured by the same script and are
kept in \`tests/bench/figures.json\`. \`npm run bench -- --baseline FOLDER\` measures another checkout in the same rounds instead.

## How

- **Stories**: 400 stories a round, 8 a second, trigger 100 ms, after 160 others that warm the stream up. They are sent by a clock,
  whether or not results have come. A time runs from the broker's acknowledgement to the moment when a consumer has the first result
  for the story's brand; no two stories have the same brand. Only
  four times of a round are longer than its p99.
- **Cars**: 1,000,000 made-up records, 10 of them no listings, on 4 partitions, uncompressed, with \`available-now\`. The
  clock runs from the begin of the first batch until all is done: the batch that only closes windows, parquet, and the last dead letter.
  Both results are added up: they must stand for all good listings, and each bad record must have its letter.${wholeTimes(figures.now.backlog)}
- **CPU of the executor**: user and system time of its process; for stories from the first that counts to the last result, for cars
  from its start to its end.${wholeOfStories(figures.now.stories)}
- **An idle stream**: trigger 1 s, some stories, then nothing; after half a minute the CPU of driver (Java and Python), executor and
  supervisor over 60 s. Both sides idle side by side. The peer has no supervisor.
- **\`runs show\`**: the lines are written with the product's own code, from what Spark said of a real batch.
- **Programs**: Java's flight recorder counts those that driver and executor start (\`jdk.ProcessStart\`) in 40 s with a story each
  second, a bad record every 5 s, and windows that close. The batches are those of all queries.

## When and where

Now:

${placesOf(figures.now)}

Before:

${placesOf(figures.before)}
`;
}
