import { newestOf } from '../../spark/extremes.js';
import type { BatchProgress } from '../../spark/progress.js';
import type { SharedFiles, Target } from '../../targets/target.js';
import { type Delays, delaysOf, intervalMs } from '../checkpoint/fingerprint.js';
import { readFingerprint } from '../checkpoint/generations.js';
import { AVAILABLE_NOW, type RunRecord } from '../record/run-record.js';
import { readMainProgressBack } from '../state/progress-file.js';
import { isLive, type RunState } from '../state/run-state.js';

/** Shorter pauses of a side, and smaller distances between two, are no more than the pace at which records come. */
const PAUSE_MS = 60_000;

/**
 * One of the topics that a run joins, as its driver has come to know it: Spark keeps the common watermark across a restart, not
 * what each side had reached, so a side counts again only once it has brought a record.
 */
export interface Side {
  readonly topic: string;
  /** How far the watermark stays behind its newest event. */
  readonly delayMs: number;
  readonly newestMs: number | null;
  /** When the last batch that read records of it began. */
  readonly lastReadMs: number | null;
}

/** What is known of a run whose topics have a watermark each, so that the slowest holds the results of all. */
export interface JoinProgress {
  readonly sides: readonly Side[];
  readonly windowMs: number;
  /** Rows that wait in windows, of all sides. */
  readonly openRows: number;
  /** What the newest batch worked with; 0 before there is any. */
  readonly watermarkMs: number;
  /** When the driver's first batch began. */
  readonly sinceMs: number;
}

/** A side without newer records, which alone keeps results of the others back. */
export interface IdleSide {
  readonly topic: string;
  /** Null where this driver has read no record of it. */
  readonly newestEvent: string | null;
  /** When the last batch with records of it began; where there was none, the first batch. */
  readonly since: string;
}

/** Null for a run of one topic, as long as no batch tells of an event, and where only Spark can read window or delays. */
export async function readJoinProgress(
  { data }: Target,
  { run, name, generation, reads }: RunRecord,
): Promise<JoinProgress | null> {
  if (reads.length < 2 || generation === null) return null;
  const fingerprint = await readFingerprint(data, name, generation);
  const windowMs = intervalMs(fingerprint?.window);
  const delays = delaysOf(fingerprint?.watermark ?? null);
  if (windowMs === null || delays === null) return null;
  let joined: JoinProgress | undefined;
  for await (const batches of newestDriver(data, run)) {
    const part = toJoinProgress(batches, delays, windowMs);
    joined = joined ? withEarlier(joined, part) : part;
    if (joined.sides.every(({ lastReadMs }) => lastReadMs !== null)) break;
  }
  return joined?.sides.some(({ newestMs }) => newestMs !== null) ? joined : null;
}

/** What the newest driver's query for the topic did, from its end back, part by part; none is empty. */
async function* newestDriver(data: SharedFiles, run: string): AsyncGenerator<readonly BatchProgress[]> {
  let newest: BatchProgress | undefined;
  for await (const batches of readMainProgressBack(data, run)) {
    newest ??= batches.at(-1);
    const own = batches.filter(({ runId }) => runId === newest?.runId);
    if (own.length > 0) yield own;
    if (own.length < batches.length) return;
  }
}

/** By one driver's batches, of which there is at least one. */
export function toJoinProgress(batches: readonly BatchProgress[], delays: Delays, windowMs: number): JoinProgress {
  const newest = batches.at(-1);
  return {
    sides: delays.map(([topic, delayMs]) => ({ topic, delayMs, ...reachOf(batches, topic) })),
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

function reachOf(batches: readonly BatchProgress[], topic: string): Omit<Side, 'topic' | 'delayMs'> {
  const read = batches.flatMap(({ at, events }) =>
    events.filter((side) => side.topic === topic && side.rows > 0).map((side) => ({ ...side, at })),
  );
  const last = read.at(-1)?.at;
  return { newestMs: newestOf(read.map(({ newestMs }) => newestMs)), lastReadMs: last ? Date.parse(last) : null };
}

/** The side that the watermark is of: the lowest of all, as Spark takes it. */
export function slowestOf({ sides }: JoinProgress): Side | undefined {
  return [...sides].sort((a, b) => reach(a) - reach(b))[0];
}

function reach({ newestMs, delayMs }: Side): number {
  return newestMs === null ? Number.NEGATIVE_INFINITY : newestMs - delayMs;
}

/**
 * The slowest side, where windows wait that the others would have closed, its newest event lies behind theirs by more than the
 * usual pace, and nothing has come of it for a while (a bounded run reads nothing more, so there is nothing to wait for). A
 * stream that has ended waits for nothing.
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
  const watermarkMs = Math.max(reach(slowest), joined.watermarkMs);
  const isAlone = windowsUpTo(Math.min(...others.map(reach)), joined) > windowsUpTo(watermarkMs, joined);
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
