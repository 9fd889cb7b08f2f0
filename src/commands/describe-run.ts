import { addGlobalOptionsIn } from '../report/add-global-options.js';
import { count, plain, seconds, table } from '../report/style.js';
import type { ListedRun, RunList } from '../runs/list/list.js';
import type { QueryFigures } from '../runs/list/query-figures.js';
import { closesWindows } from '../runs/show/open-windows.js';
import type { ShownRun } from '../runs/show/show.js';
import { isLive, type RunState } from '../runs/state/run-state.js';
import type { DriverAttempt } from '../runs/state/supervision.js';
import { describeIdleSide, describeOpenWindows } from './describe-windows.js';
import { describeNext, nextCommand } from './next-commands.js';

/** A run on one screen: its state, what its queries do, and the drivers that it had. */
export function describeRun(run: ShownRun, globalOptions: readonly string[] = []): string {
  const { state, note, exitCode } = run;
  const lasted = ageOf(run);
  const how = note
    ? `, ${addGlobalOptionsIn(plain(note), globalOptions)}`
    : exitCode === null || exitCode === 0
      ? ''
      : `, exit code ${exitCode}`;
  return [
    `  ${run.run}: ${state}${lasted && ` ${isLive(state) ? 'for' : 'after'} ${lasted}`}${how}`,
    `  ${describeOrigin(run)}`,
    ...(run.queries.length > 0 ? ['', table([QUERY_HEAD, ...run.queries.map(queryRow)], [1, 2, 3, 4, 5])] : []),
    ...describeTimes(run),
    ...describeTotals(run),
    ...(run.summary.idleSide ? [`  ${plain(describeIdleSide(run.summary.idleSide))}`] : []),
    ...describeOpen(run),
    ...describeOwnMaster(run),
    ...(run.attempts.length > 1 ? ['', ...run.attempts.map(describeAttempt)] : []),
    '',
    `  script   ${run.summary.script}`,
    `  log      ${run.log}`,
    ...(run.ui ? [`  page     ${run.ui}`] : []),
  ].join('\n');
}

const QUERY_HEAD = ['QUERY', 'BATCH', 'ROWS/S', 'TOOK', 'STATE', 'LAG'];

function queryRow({ query, batchId, rowsPerSecond, batchMs, stateRows, lag }: QueryFigures): string[] {
  const took = batchMs === null ? '' : seconds(batchMs);
  return [plain(query), count(batchId), count(rowsPerSecond), took, count(stateRows), lag === null ? '-' : count(lag)];
}

function describeOrigin({ job, script, cores, restarts, ...run }: ShownRun & { cores?: number }): string {
  const what = script === null ? `job ${job}` : `script ${script}`;
  const { resources } = run;
  return `${what}, ${resources.cores} × ${resources.executorMemory}, ${several(restarts, 'restart')} allowed, Spark ${run.versions.spark}`;
}

/** Without the newest event for a run that closes its windows: there it is a marker that the run itself added. */
function describeTimes({ queries: [first], parameters }: ShownRun): string[] {
  if (!first || (first.watermark === null && first.newestEvent === null)) return [];
  const newest = closesWindows(parameters) ? '' : `newest event ${first.newestEvent ?? 'none yet'}    `;
  return ['', `  ${newest}watermark ${first.watermark ?? 'none'}`];
}

function describeTotals({ summary: { batches, rowsRead, deadLetters, droppedAsLate } }: ShownRun): string[] {
  if (batches === 0) return [];
  const letters = `${several(deadLetters, 'dead letter')}, ${count(droppedAsLate)} too late`;
  return [`  ${several(rowsRead, 'record')} in ${several(batches, 'batch', 'batches')}: ${letters}`];
}

function describeOpen({ summary: { openWindows }, parameters }: ShownRun): string[] {
  if (openWindows === null) return [];
  return describeOpenWindows(openWindows, 'closeWindows' in parameters).map((line) => `  ${line}`);
}

/** While it is live its note says so. */
function describeOwnMaster({ state, attempts }: ShownRun): string[] {
  const ownMaster = attempts.at(-1)?.ownMaster;
  if (ownMaster === undefined || isLive(state)) return [];
  return ['', `  it ran beside the cluster: its script has a master of its own (${plain(ownMaster)})`];
}

function describeAttempt({ number, startedAt, endedAt, exitCode, cause }: DriverAttempt): string {
  const end = endedAt === null ? 'runs' : exitCode === null ? 'no exit code' : `exit ${exitCode}`;
  const why = cause === null ? '' : `: ${plain(cause.words)}`;
  return `  driver ${number}  ${startedAt.slice(0, 19).replace('T', ' ')}  ${age(startedAt, endedAt)}  ${end}${why}`;
}

/** What `runs logs --follow` says at its end. */
export function describeLogsEnd(run: string, state: RunState): string {
  return isLive(state) ? `stopped watching ${run}; it goes on running` : `${run}: ${state}`;
}

/**
 * All runs, with the commands for those that wait or have failed.
 * @param scheduler as sentences call it: `Spark master`
 */
export function describeRuns(list: RunList, scheduler: string, globalOptions: readonly string[] = []): string {
  const { runs, isBrokerThere } = list;
  const next = (...words: string[]) => nextCommand({ globalOptions }, ...words);
  if (runs.length === 0) {
    return ['  Nothing was submitted yet.', ...describeNext([{ command: next('submit', 'windowed-cars') }])].join('\n');
  }
  const rows = runs.map((run) => listRow(run, globalOptions));
  const failed = runs.find(({ state }) => state === 'failed' || state === 'lost');
  const queued = runs.find(({ state }) => state === 'queued');
  return [
    table([['RUN', 'STATE', 'FOR', 'ROWS/S', 'BATCH', 'LAG', 'CORES', ''], ...rows], [3, 4, 5, 6]),
    '',
    ...describeCores(list, `  The ${scheduler} does not answer: ${next('cluster', 'status')}`),
    ...(isBrokerThere ? [] : [`  The broker does not answer: ${next('cluster', 'status')}`]),
    ...(queued ? [`  queued   ${next('runs', 'show', queued.run)}`] : []),
    ...(failed ? [`  ${failed.state.padEnd(7)}  ${next('runs', 'explain', failed.run)}`] : []),
  ].join('\n');
}

/** Nothing where they are not told and there is no page either. */
function describeCores({ cores, ui }: RunList, silence: string): string[] {
  if (cores === null) return [silence];
  const words = [...(cores === 'not told' ? [] : [`cores ${cores.used} of ${cores.total}   `]), ...(ui ? [ui] : [])];
  return words.length === 0 ? [] : [`  ${words.join('  ')}`];
}

function listRow(listed: ListedRun, globalOptions: readonly string[]): string[] {
  const { run, state, figures, cores, note, attempts, idleSide } = listed;
  const restarts = attempts > 1 ? several(attempts - 1, 'restart') : '';
  return [
    run,
    state,
    ageOf(listed),
    figures ? count(figures.rowsPerSecond) : '',
    figures && figures.batchMs !== null ? seconds(figures.batchMs) : '',
    figures && figures.lag !== null ? count(figures.lag) : '',
    isLive(state) ? String(cores) : '',
    [note, idleSide && describeIdleSide(idleSide), restarts]
      .filter(Boolean)
      .map((words) => addGlobalOptionsIn(plain(words ?? ''), globalOptions))
      .join(', '),
  ];
}

/** Empty for a run that has ended at an unknown time. */
function ageOf({ state, submittedAt, endedAt }: Pick<ListedRun, 'state' | 'submittedAt' | 'endedAt'>): string {
  return endedAt === null && !isLive(state) ? '' : age(submittedAt, endedAt);
}

function several(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

function age(since: string, until: string | null): string {
  return seconds((until === null ? Date.now() : Date.parse(until)) - Date.parse(since));
}
