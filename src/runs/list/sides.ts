import { newestOf } from '../../spark/extremes.js';
import type { BatchProgress } from '../../spark/progress.js';
import type { SharedFiles, Target } from '../../targets/target.js';
import { type Delays, delaysOf, intervalMs } from '../checkpoint/fingerprint.js';
import { readFingerprint } from '../checkpoint/generations.js';
import { AVAILABLE_NOW, type RunRecord } from '../record/run-record.js';
import { readMainProgressBack, readTally } from '../state/progress-file.js';
import type { DriverTally } from '../state/progress-tally.js';
import { isLive, type RunState } from '../state/run-state.js';

/** Records do not come all the time: a side counts as idle only after a longer pause, and if it is further behind. */
const PAUSE_MS = 60_000;

/**
 * One of the topics that a run joins, as the newest driver has read it. After a restart Spark still has the common watermark, but
 * not that of each side: a side has a newest event again once the new driver has read one of its records.
 */
export interface Side {
  readonly topic: string;
  /** How far its watermark is behind its newest event. */
  readonly delayMs: number;
  readonly newestMs: number | null;
  /** When the last batch that read its records began. */
  readonly lastReadMs: number | null;
}

/** The progress of a run whose topics have a watermark each: the slowest topic holds back the results of all. */
export interface JoinProgress {
  readonly sides: readonly Side[];
  readonly windowMs: number;
  /** Rows of all sides that wait in windows. */
  readonly openRows: number;
  /** The watermark of the newest batch; 0 before there is any. */
  readonly watermarkMs: number;
  /** When the driver's first batch began. */
  readonly sinceMs: number;
}

/** A side without newer records, which alone holds back results of the others. */
export interface IdleSide {
  readonly topic: string;
  /** Null if this driver has read none of its records. */
  readonly newestEvent: string | null;
  /** When the last batch with its records began; the driver's first batch if there was none. */
  readonly since: string;
}

/** Null for a run of one topic, before the first event, and if only Spark can read the lengths of window or delays. */
export async function readJoinProgress(
  { data }: Target,
  { run, name, generation, reads }: RunRecord,
): Promise<JoinProgress | null> {
  if (reads.length < 2 || generation === null) return null;
  const fingerprint = await readFingerprint(data, name, generation);
  const windowMs = intervalMs(fingerprint?.window);
  const delays = delaysOf(fingerprint?.watermark ?? null);
  if (windowMs === null || delays === null) return null;
  const driver = (await readTally(data, run))?.of('topic').driver;
  const joined = driver ? joinedBy(driver, delays, windowMs) : await readJoinedBack(data, run, delays, windowMs);
  return joined?.sides.some(({ newestMs }) => newestMs !== null) ? joined : null;
}

function joinedBy(
  { topics, stateRows, watermarkMs, sinceMs }: DriverTally,
  delays: Delays,
  windowMs: number,
): JoinProgress {
  const unread = { newestMs: null, lastReadMs: null };
  return {
    sides: delays.map(([topic, delayMs]) => ({ topic, delayMs, ...(topics[topic] ?? unread) })),
    windowMs,
    openRows: stateRows,
    watermarkMs: watermarkMs ?? 0,
    sinceMs: sinceMs ?? Number.NaN,
  };
}

/** For a file whose lines have no sums: its batches, only as far back as is needed. */
async function readJoinedBack(
  data: SharedFiles,
  run: string,
  delays: Delays,
  windowMs: number,
): Promise<JoinProgress | undefined> {
  let joined: JoinProgress | undefined;
  for await (const batches of newestDriver(data, run)) {
    const part = toJoinProgress(batches, delays, windowMs);
    joined = joined ? withEarlier(joined, part) : part;
    if (joined.sides.every(({ lastReadMs }) => lastReadMs !== null)) break;
  }
  return joined;
}

/** The batches of the newest driver's main query in parts, from the newest part back; no part is empty. */
async function* newestDriver(data: SharedFiles, run: string): AsyncGenerator<readonly BatchProgress[]> {
  let newest: BatchProgress | undefined;
  for await (const batches of readMainProgressBack(data, run)) {
    newest ??= batches.at(-1);
    const own = batches.filter(({ runId }) => runId === newest?.runId);
    if (own.length > 0) yield own;
    if (own.length < batches.length) return;
  }
}

/** @param batches those of one driver, at least one */
export function toJoinProgress(batches: readonly BatchProgress[], delays: Delays, windowMs: number): JoinProgress {
  const newest = batches.at(-1);
  return {
    sides: delays.map(([topic, delayMs]) => ({ topic, delayMs, ...newestRecordsOf(batches, topic) })),
    windowMs,
    openRows: newest?.stateRows ?? 0,
    watermarkMs: Date.parse(newest?.watermark ?? new Date(0).toISOString()),
    sinceMs: Date.parse(batches[0]?.at ?? ''),
  };
}

function withEarlier(joined: JoinProgress, { sides, sinceMs }: JoinProgress): JoinProgress {
  const reached = joined.sides.map((side, at) => ({
    ...side,
    newestMs: newestOf([side.newestMs, sides[at]?.newestMs ?? null]),
    lastReadMs: side.lastReadMs ?? sides[at]?.lastReadMs ?? null,
  }));
  return { ...joined, sides: reached, sinceMs };
}

function newestRecordsOf(batches: readonly BatchProgress[], topic: string): Omit<Side, 'topic' | 'delayMs'> {
  const read = batches.flatMap(({ at, events }) =>
    events.filter((side) => side.topic === topic && side.rows > 0).map((side) => ({ ...side, at })),
  );
  const last = read.at(-1)?.at;
  return { newestMs: newestOf(read.map(({ newestMs }) => newestMs)), lastReadMs: last ? Date.parse(last) : null };
}

/** The side with the lowest watermark, which Spark takes for the whole query. */
export function slowestOf({ sides }: JoinProgress): Side | undefined {
  return [...sides].sort((a, b) => watermarkOf(a) - watermarkOf(b))[0];
}

function watermarkOf({ newestMs, delayMs }: Side): number {
  return newestMs === null ? Number.NEGATIVE_INFINITY : newestMs - delayMs;
}

/**
 * The slowest side if it holds back windows that the others would have closed, if its newest event is far behind theirs, and if
 * it has brought nothing for a while. An `available-now` run reads no more records, so there the pause does not count. A stream
 * that has ended has no idle side.
 */
export function findIdleSide(
  joined: JoinProgress | null,
  { trigger }: RunRecord,
  state: RunState,
  nowMs: number,
): IdleSide | null {
  const slowest = joined && slowestOf(joined);
  if (!joined || !slowest || joined.openRows === 0 || !(isLive(state) || trigger === AVAILABLE_NOW)) return null;
  const others = joined.sides.filter((side) => side !== slowest);
  const watermarkMs = Math.max(watermarkOf(slowest), joined.watermarkMs);
  const isAlone = windowsUpTo(Math.min(...others.map(watermarkOf)), joined) > windowsUpTo(watermarkMs, joined);
  const { newestMs, lastReadMs, topic } = slowest;
  const behindMs = Math.min(...others.map((other) => other.newestMs ?? 0)) - (newestMs ?? 0);
  const sinceMs = lastReadMs ?? joined.sinceMs;
  const isPausing = trigger !== AVAILABLE_NOW && nowMs - sinceMs < PAUSE_MS;
  if (!isAlone || behindMs < Math.max(PAUSE_MS, joined.windowMs) || isPausing) return null;
  return {
    topic,
    newestEvent: newestMs === null ? null : new Date(newestMs).toISOString(),
    since: new Date(sinceMs).toISOString(),
  };
}

/** How many windows have ended by then. */
function windowsUpTo(watermarkMs: number, { windowMs }: JoinProgress): number {
  return Math.floor(watermarkMs / windowMs);
}
