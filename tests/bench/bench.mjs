// `npm run bench`, or `npm run bench -- help stories` for some: ours and a peer in turn in one run, on the same cluster; ratios
// count, absolute times do not.
//
// Stages of the table in docs/benchmarks.md, whose bounds are in rows.mjs:
//
//   stories   from a story's acknowledgement to its window's result on a topic at a trigger of 100 ms, and the executor's CPU
//   backlog   1,000,000 cars with `available-now`, and the executor's CPU
//   idle      the CPU of a stream that has nothing to do
//   show      `runs show` for a run with 1,000,000 micro-batches
//   programs  programs that driver and executor start for each micro-batch
//
//   --check            only the table's stages; exit code 1 if a bound is broken or was not measured, and which
//   --write            only the table's stages; writes figures.json and docs/benchmarks.md
//   --write-before     writes the figures down as those of the build that later ones are compared with
//   --add              with one of these two: adds the rounds to those that are written down
//   --page             measures nothing; makes the page again of the figures that are written down
//   --rounds N         3 if it is not given
//   --baseline FOLDER  another checkout, built, measured in the same rounds in place of the build that is written down
//
// Others, for the screen alone:
//
//   help    `cli --help` against a bare `node -e 0` (bound: 2)
//   up      `cli cluster up` with everything cached (bound: 20 s on 2 cores); said by the first case that needs a cluster
//   seed    `cli seed cars` against csv-parse with `columns: true` and kafkajs, 2,000 records a send, each a fresh process
//           with its own clock from the first row to the last acknowledgement
//   news    `cli seed news` of 10,000 stories of 10 kB, flat out (bound: 3,000 stories/s on 2 cores)
//   window  what `stories` measures at a trigger of 1 s (bound: 1.5)
//   steady  500 ms windows at 1,000 stories a second for five minutes (bound: the lag does not grow)
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CASES } from './cases.mjs';
import { placeNow, readFigures, writeFigures, writePage } from './figures.mjs';
import { brokerAddress, cleanUp } from './measure.mjs';
import { measurePrograms } from './programs.mjs';
import { breachOf, ROWS, tableOf } from './rows.mjs';
import { measureShow } from './show.mjs';
import { sidesFor } from './sides.mjs';
import { measureBacklog, measureIdle, measureStories } from './stream-stages.mjs';

/** Each measures one round of all sides. */
const STAGES = {
  stories: measureStories,
  backlog: measureBacklog,
  idle: measureIdle,
  show: measureShow,
  programs: measurePrograms,
};

/** All rounds of a stage: for each side the figures of its rounds. */
async function measureStage(stage) {
  const broker = brokerAddress();
  const rounds = {};
  for (let round = 0; round < Number(flags.rounds); round++) {
    const figures = await STAGES[stage]({ broker, sides, round });
    console.log(`${stage} ${round + 1} of ${flags.rounds}  ${JSON.stringify(figures)}`);
    for (const [side, figure] of Object.entries(figures)) rounds[side] = [...(rounds[side] ?? []), figure];
  }
  return { ...placeNow(readSparkVersion()), rounds };
}

const readSparkVersion = () => JSON.parse(readFileSync('src/provision/artifacts.lock.json', 'utf8')).spark;

function reportTable() {
  const figures = { now: measured, before: readFigures().before };
  const rows = ROWS.filter(({ stage }) => wanted.includes(stage));
  console.log(tableOf(figures, rows));
  if (flags['write-before']) writeFigures('before', measured, flags.add);
  else if (flags.write) writeFigures('now', measured, flags.add);
  if (!flags.check) return;
  const breaches = rows.map((row) => breachOf(row, measured[row.stage], figures.before[row.stage])).filter(Boolean);
  for (const breach of breaches) console.error(`broken  ${breach}`);
  if (breaches.length > 0) process.exitCode = 1;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    check: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    'write-before': { type: 'boolean', default: false },
    add: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    baseline: { type: 'string' },
  },
});
const sides = sidesFor(flags.baseline);
const forTable = Object.keys(STAGES);
const known = [...forTable, ...Object.keys(CASES)];
const everything = flags.check || flags.write || flags['write-before'] ? forTable : known;
const wanted = positionals.length > 0 || flags.page ? positionals : everything;
const unknown = wanted.filter((name) => !known.includes(name));
const measured = {};

/** What was measured is reported, also where a later stage fails. */
async function measureWanted() {
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; there are ${known.join(', ')}`);
  try {
    for (const name of wanted) {
      if (Object.hasOwn(STAGES, name)) measured[name] = await measureStage(name);
      else await CASES[name]();
    }
  } finally {
    if (wanted.some((name) => Object.hasOwn(STAGES, name))) reportTable();
    if (flags.page) writePage();
  }
}

function endBy(signal, exitCode) {
  process.once(signal, () => {
    cleanUp();
    process.exit(exitCode);
  });
}

endBy('SIGINT', 130);
endBy('SIGTERM', 143);
try {
  await measureWanted();
} finally {
  cleanUp();
}
