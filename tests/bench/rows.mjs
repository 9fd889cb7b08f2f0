// The table of docs/benchmarks.md: what is measured, what holds, and how a row is worked out and written down.
import { median, spread } from './statistics.mjs';

/**
 * `stage` and `figure` say where the row's figures are. `against` says what its value is:
 * - `peer`: ours / peer
 * - `before`: ours / peer, divided by the same of the earlier build: 1 means that nothing has changed
 * - `nothing`: ours as it is, and the worst round counts, since one program is one too many
 */
export const ROWS = [
  {
    measure: 'acknowledged story to its result, p50',
    ...{ stage: 'stories', figure: 'p50', unit: 'ms', against: 'peer', bound: 0.75, aim: 0.5 },
  },
  {
    measure: 'acknowledged story to its result, p99',
    ...{ stage: 'stories', figure: 'p99', unit: 'ms', against: 'peer', bound: 0.75, aim: 0.5 },
  },
  {
    measure: 'catch-up of 1,000,000 cars',
    ...{
      stage: 'backlog',
      figure: 'rowsPerSecond',
      unit: 'rows/s',
      against: 'peer',
      bound: 1.3,
      aim: 2,
      isMoreBetter: true,
    },
  },
  {
    measure: "the executor's CPU for a micro-batch of stories",
    ...{ stage: 'stories', figure: 'cpuPerBatch', unit: 'ms', against: 'before', bound: 0.5, aim: 0.35 },
  },
  {
    measure: "the executor's CPU for the cars",
    ...{ stage: 'backlog', figure: 'cpu', unit: 's', digits: 1, against: 'before', bound: 0.5, aim: 0.35 },
  },
  {
    measure: 'an idle stream: CPU of driver, executor and supervisor',
    ...{ stage: 'idle', figure: 'percent', unit: '% of a core', digits: 1, against: 'before', bound: 1, aim: 0.7 },
  },
  {
    measure: '`runs show` with 1,000,000 micro-batches; the peer is the same run with none',
    ...{ stage: 'show', figure: 'seconds', unit: 's', digits: 2, against: 'peer', bound: 1.5, aim: 1.1 },
  },
  {
    measure: 'programs started per micro-batch',
    ...{ stage: 'programs', figure: 'perBatch', unit: '', digits: 1, against: 'nothing', bound: 0, aim: 0 },
  },
];

const ratios = (a, b, figure) => a.map((round, at) => round[figure] / b[at][figure]);
const figuresOf = (rounds, figure) => rounds.map((round) => round[figure]);

/** Ours against the peer, round by round. */
function againstPeer({ figure }, { rounds }) {
  return ratios(rounds.ours, rounds.peer, figure);
}

/** The earlier build against the peer: measured in the same rounds, or as it was written down. */
function earlier(row, now, before) {
  if (now?.rounds.before) return ratios(now.rounds.before, now.rounds.peer, row.figure);
  return before && againstPeer(row, before);
}

/**
 * The values of a row, one of each round.
 * @param now,before what was measured in the row's stage; nothing if it was not
 */
export function valuesOf(row, now, before) {
  if (!now) return [];
  if (row.against === 'nothing') return figuresOf(now.rounds.ours, row.figure);
  if (row.against === 'peer') return againstPeer(row, now);
  if (now.rounds.before) return ratios(now.rounds.ours, now.rounds.before, row.figure);
  const past = earlier(row, now, before);
  return past ? againstPeer(row, now).map((ratio) => ratio / median(past)) : [];
}

/** What is wrong with a row in a sentence, or nothing. */
export function breachOf(row, now, before) {
  const values = valuesOf(row, now, before);
  if (values.length === 0) return `${row.measure}: not measured`;
  const value = row.against === 'nothing' ? Math.max(...values) : median(values);
  const isKept = row.isMoreBetter ? value >= row.bound : value <= row.bound;
  return isKept ? undefined : `${row.measure}: ${value.toFixed(2)}, and the bound is ${row.bound}`;
}

const amount = ({ unit, digits = 0 }, values) =>
  `${median(values).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${unit}`.trim();
const factor = (row, value) => (row.against === 'nothing' ? `${value}` : `${value} x`);

function nowCell(row, now, before) {
  const values = valuesOf(row, now, before);
  if (values.length === 0) return 'not measured';
  const ours = amount(row, figuresOf(now.rounds.ours, row.figure));
  return row.against === 'nothing' ? ours : `**${median(values).toFixed(2)} x** (${spread(values)}); ${ours}`;
}

function beforeCell(row, now, before) {
  if (row.against === 'nothing') return before ? amount(row, figuresOf(before.rounds.ours, row.figure)) : '';
  const past = earlier(row, now, before);
  return past ? `${median(past).toFixed(2)} x the peer's (${spread(past)})` : '';
}

function cellsOf(row, now, before) {
  const peer = now ? amount(row, figuresOf(now.rounds.peer, row.figure)) : '';
  const bounds = [factor(row, row.bound), factor(row, row.aim)];
  return [row.measure, peer, beforeCell(row, now, before), ...bounds, nowCell(row, now, before)];
}

/** The table in Markdown. @param figures `now` and `before`, by stage */
export function tableOf({ now, before }, rows = ROWS) {
  const head = ['measure', 'peer', 'before', 'bound', 'aim', 'now'];
  const lines = rows.map((row) => cellsOf(row, now[row.stage], before[row.stage]));
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
