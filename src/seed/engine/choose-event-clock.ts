import type { Reporter } from '../../report/reporter.js';
import { seconds } from '../../report/style.js';
import { EvenSpread, type EventClock, shiftedBy } from '../pace/event-clock.js';
import { type EventSpan, widen } from '../pace/event-span.js';
import type { Clock } from '../pace/system-clock.js';
import type { KnownKeys, SeedStart } from '../source/source.js';
import { ItemSifter } from './item-sifter.js';
import type { Seeding, SeedOptions } from './seeding.js';

export interface ClockParts {
  readonly options: SeedOptions;
  readonly clock: Clock;
  readonly report: Reporter;
  readonly known: KnownKeys;
}

/** Chooses which event time each record gets, where records go out in the order of the source. */
export async function chooseEventClock<Raw, Value>(
  seeding: Seeding<Raw, Value>,
  start: SeedStart,
  parts: ClockParts,
): Promise<EventClock> {
  const { spreadMs, isShifted } = parts.options.pace ?? {};
  if (spreadMs !== undefined) return spreadOver(seeding, start, spreadMs, parts);
  const span = isShifted ? await findSpan(seeding, start, parts) : undefined;
  return shiftedBy(span ? parts.clock.now() - span.newestMs : 0, start.newestEventMs);
}

async function spreadOver<Raw, Value>(
  { source, words }: Seeding<Raw, Value>,
  start: SeedStart,
  spreadMs: number,
  { options, clock, report }: ClockParts,
): Promise<EventClock> {
  const { limit = Number.POSITIVE_INFINITY, pace } = options;
  const total = (await source.estimateTotal?.()) ?? (await countItems(start, source));
  const earliestMs = pace?.mayGoBehind ? 0 : start.newestEventMs;
  const spread = new EvenSpread({ spreadMs, nowMs: clock.now(), earliestMs, total, limit });
  if (spread.spanMs < spreadMs)
    report.warn(
      `spread over ${seconds(spread.spanMs)} only: the newest ${words.one} of ${start.topic.topic} is that young, and no other gets an earlier time; a new topic has room for the whole span`,
    );
  return spread.clock;
}

async function countItems<Raw>(start: SeedStart, source: Seeding<Raw>['source']): Promise<number> {
  let items = 0;
  for await (const batch of source.batches(start)) {
    start.signal.throwIfAborted();
    items += batch.items.length;
  }
  return items;
}

/** The event times of what is to be published: duplicates, and what the topic holds already, do not count. */
async function findSpan<Raw, Value>(
  { source, mapping }: Seeding<Raw, Value>,
  start: SeedStart,
  { options, clock, known }: ClockParts,
): Promise<EventSpan | undefined> {
  const { limit } = options;
  // Keys of this look-ahead must not enter `known`, or all items would be duplicates afterwards.
  const seen = new Set<string>();
  const knownOrSeen: KnownKeys = { has: (key) => known.has(key) || seen.has(key), add: (key) => seen.add(key) };
  const sifter = new ItemSifter(mapping, { known: knownOrSeen, now: () => clock.now(), limit });
  let span: EventSpan | undefined;
  for await (const batch of source.batches(start)) {
    start.signal.throwIfAborted();
    for (const found of sifter.siftBatch(batch))
      if ('mapped' in found && found.mapped.eventMs !== undefined) span = widen(span, found.mapped.eventMs);
    if (sifter.isLimitReached) break;
  }
  return span;
}
