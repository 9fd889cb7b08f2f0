import { parseDurationMs } from '../project/duration.js';
import { newestOf, oldestOf } from '../spark/extremes.js';
import type { BatchProgress } from '../spark/progress.js';
import type { Target } from '../targets/target.js';
import { readFingerprint } from './checkpoint/checkpoint.js';
import type { RunRecord } from './run-record.js';
import { readProgress } from './run-state.js';
import { AVAILABLE_NOW } from './submit/run-plan.js';

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
  readonly oldestMs: number | null;
  /** When the last batch that read records of it began. */
  readonly lastReadMs: number | null;
}

/** What is known of a run whose topics have a watermark each, so that the slowest holds the results of all. */
export interface Joined {
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

/** Null for a run of one topic, and as long as no batch tells of its events. */
export async function readJoined(
  target: Target,
  record: RunRecord,
  batches: readonly BatchProgress[],
): Promise<Joined | null> {
  const { name, generation, reads } = record;
  if (reads.length < 2 || generation === null) return null;
  const fingerprint = await readFingerprint(target.data, name, generation);
  if (!fingerprint?.window || typeof fingerprint.watermark !== 'object' || !fingerprint.watermark) return null;
  const delays = Object.entries(fingerprint.watermark).map(([topic, delay]) => [topic, toMs(delay)] as const);
  const joined = toJoined(batches, delays, toMs(fingerprint.window));
  // The end of the progress may not go back to the last records of a side that is idle.
  const isCut = joined?.sides.some(({ lastReadMs }) => lastReadMs === null) && batches[0]?.batchId !== 0;
  return isCut ? toJoined(await readProgress(target, record.run), delays, toMs(fingerprint.window)) : joined;
}

function toMs(interval: string | null): number {
  return interval === null ? 0 : parseDurationMs(interval);
}

export function toJoined(
  batches: readonly BatchProgress[],
  delays: readonly (readonly [topic: string, delayMs: number])[],
  windowMs: number,
): Joined | null {
  const main = batches.filter(({ query }) => query === 'topic');
  if (!main.some(({ events }) => events.length > 0)) return null;
  return {
    sides: delays.map(([topic, delayMs]) => ({ topic, delayMs, ...reachOf(main, topic) })),
    windowMs,
    openRows: main.at(-1)?.stateRows ?? 0,
    watermarkMs: Date.parse(main.at(-1)?.watermark ?? new Date(0).toISOString()),
    sinceMs: Date.parse(main[0]?.at ?? ''),
  };
}

function reachOf(batches: readonly BatchProgress[], topic: string): Omit<Side, 'topic' | 'delayMs'> {
  const read = batches.flatMap(({ at, events }) =>
    events.filter((side) => side.topic === topic && side.rows > 0).map((side) => ({ ...side, at })),
  );
  const last = read.at(-1)?.at;
  return {
    newestMs: newestOf(read.map(({ newestMs }) => newestMs)),
    oldestMs: oldestOf(read.map(({ oldestMs }) => oldestMs)),
    lastReadMs: last ? Date.parse(last) : null,
  };
}

/** The side that the watermark is of: the lowest of all, as Spark takes it. */
export function slowestOf({ sides }: Joined): Side | undefined {
  return [...sides].sort((a, b) => reach(a) - reach(b))[0];
}

function reach({ newestMs, delayMs }: Side): number {
  return newestMs === null ? Number.NEGATIVE_INFINITY : newestMs - delayMs;
}

/**
 * The slowest side, where windows wait that the others would have closed, its newest event lies behind theirs by more than the
 * usual pace, and nothing has come of it for a while (a bounded run reads nothing more, so there is nothing to wait for).
 */
export function findIdleSide(joined: Joined | null, { trigger }: RunRecord, nowMs: number): IdleSide | null {
  const slowest = joined && slowestOf(joined);
  if (!joined || !slowest || joined.openRows === 0) return null;
  const others = joined.sides.filter((side) => side !== slowest);
  const watermarkMs = Math.max(reach(slowest), joined.watermarkMs);
  const isAlone = windowsUpTo(Math.min(...others.map(reach)), joined) > windowsUpTo(watermarkMs, joined);
  const { newestMs, lastReadMs, topic } = slowest;
  const behindMs = Math.min(...others.map((other) => other.newestMs ?? 0)) - (newestMs ?? 0);
  const isPausing = trigger !== AVAILABLE_NOW && lastReadMs !== null && nowMs - lastReadMs < PAUSE_MS;
  if (!isAlone || behindMs < Math.max(PAUSE_MS, joined.windowMs) || isPausing) return null;
  return {
    topic,
    newestEvent: newestMs === null ? null : new Date(newestMs).toISOString(),
    since: new Date(lastReadMs ?? joined.sinceMs).toISOString(),
  };
}

/** How many windows have ended by then. */
function windowsUpTo(watermarkMs: number, { windowMs }: Joined): number {
  return Math.floor(watermarkMs / windowMs);
}

/** `waits for news: no record since 2026-11-24 15:21:03`, UTC. */
export function describeIdleSide({ topic, newestEvent, since }: IdleSide): string {
  const at = since.slice(0, 19).replace('T', ' ');
  return `waits for ${topic}: no record since ${newestEvent === null ? `it began at ${at}` : at}`;
}
