import type { Progress, Reporter } from '../../report/reporter.js';
import type { EventClock } from '../pace/event-clock.js';
import { LateRecords } from '../pace/late-records.js';
import { replay } from '../pace/replay.js';
import type { Clock } from '../pace/system-clock.js';
import { readTopicKeys } from '../resume/topic-keys.js';
import type { KnownKeys, SeedStart, SourceBatch } from '../source/source.js';
import { chooseEventClock } from './choose-event-clock.js';
import { ItemSifter, type SiftedItem, type SiftedRecord } from './item-sifter.js';
import { FLUSH, type SeedItem } from './publish-records.js';
import type { RecordFile } from './record-file.js';
import { type BatchOrigin, RecordMaker } from './record-maker.js';
import type { SeedTally } from './seed-tally.js';
import type { SeedTotals } from './seed-totals.js';
import type { Seeding, SeedOptions } from './seeding.js';

export interface FlowParts {
  readonly options: SeedOptions;
  readonly totals: SeedTotals;
  readonly tally: SeedTally;
  readonly report: Reporter;
  readonly clock: Clock;
  /** Where `--record` writes the items. */
  readonly record?: RecordFile | undefined;
}

type ItemsOrFlush = Iterable<SeedItem> | typeof FLUSH;
type HeldRecord<Value> = SiftedRecord<Value> & { readonly eventMs: number; readonly origin: BatchOrigin };

/** Turns the items of a source into what the publisher sends. Each attempt of a seed makes a new one. */
export class ItemFlow<Raw, Value> {
  private readonly sifter: ItemSifter<Raw, Value>;
  private readonly maker: RecordMaker<Value>;
  private total: number | undefined;

  /** If the seed skips what is already in the topic, reads the topic first. */
  static async open<Raw, Value>(
    seeding: Seeding<Raw, Value>,
    start: SeedStart,
    parts: FlowParts,
  ): Promise<ItemFlow<Raw, Value>> {
    parts.totals.beginAttempt();
    const known = await readKnownKeys(seeding, start, parts);
    const flow = new ItemFlow(seeding, start, { ...parts, known });
    const { limit = Number.POSITIVE_INFINITY } = parts.options;
    if (seeding.source.estimateTotal) flow.total = Math.min(await seeding.source.estimateTotal(), limit);
    return flow;
  }

  private constructor(
    private readonly seeding: Seeding<Raw, Value>,
    private readonly start: SeedStart,
    private readonly parts: FlowParts & { readonly known: KnownKeys },
  ) {
    const { totals, clock, options, report } = parts;
    const { mapping, words } = seeding;
    const { limit } = options;
    this.sifter = new ItemSifter(mapping, { ...parts, now: () => clock.now(), limit, fresh: totals.fresh });
    const late = words.late && new LateRecords(start.newestEventMs, report, words.late);
    this.maker = new RecordMaker(mapping, { ...parts, late });
  }

  async *items(): AsyncGenerator<ItemsOrFlush> {
    const { pace = {} } = this.parts.options;
    if (pace.speed !== undefined) yield* this.inOrderOfEvents(pace.speed, pace.isShifted ?? false);
    else yield* this.inOrderOfSource(await chooseEventClock(this.seeding, this.start, this.parts));
  }

  describeProgress(): Progress {
    const { counts } = this.parts.totals;
    const { label, unit } = this.seeding.source.describeProgress(counts);
    return { label, done: counts.published, ...(this.total === undefined ? {} : { total: this.total }), unit };
  }

  private async *inOrderOfSource(eventClock: EventClock): AsyncGenerator<ItemsOrFlush> {
    const { start, sifter } = this;
    for await (const batch of this.seeding.source.batches(start)) {
      const sifted = await this.siftAll(batch);
      yield this.toItems(batch, sifted.items, eventClock);
      if (batch.onPublished) {
        yield FLUSH;
        this.parts.totals.markPublished(sifter.fresh);
        await batch.onPublished(sifted.itemsRead, sifter.isLimitReached);
        await start.saveLedger();
        this.parts.report.progress(this.describeProgress());
      }
      if (sifter.isLimitReached) return;
    }
  }

  /** Sifts item by item as they are asked for. With `--record` it sifts the whole batch at once, since that file is written first. */
  private async siftAll(batch: SourceBatch<Raw>) {
    const { record, totals } = this.parts;
    const sifted = { itemsRead: 0, items: [] as Iterable<SiftedItem<Value>> };
    const items = this.sifter.siftBatch(batch, (itemsRead) => {
      sifted.itemsRead = itemsRead;
      totals.countRead(batch.source, itemsRead);
    });
    sifted.items = record ? [...items] : items;
    await record?.flush();
    return sifted;
  }

  private *toItems(
    batch: SourceBatch<Raw>,
    sifted: Iterable<SiftedItem<Value>>,
    eventClock: EventClock,
  ): Generator<SeedItem> {
    const { maker } = this;
    for (const found of sifted) {
      if (!('mapped' in found)) yield maker.note(batch, found);
      else {
        const nowMs = this.parts.clock.now();
        yield maker.make(batch, found, eventClock(found.mapped.eventMs, nowMs, found), nowMs);
      }
    }
  }

  /** Holds all records in memory, since the oldest one may be in the last batch. */
  private async *inOrderOfEvents(speed: number, isShifted: boolean): AsyncGenerator<ItemsOrFlush> {
    const { start, sifter } = this;
    const held: HeldRecord<Value>[] = [];
    for await (const batch of this.seeding.source.batches(start)) {
      start.signal.throwIfAborted();
      yield this.holdRecords(batch, (await this.siftAll(batch)).items, held);
      if (sifter.isLimitReached) break;
    }
    this.total = held.length;
    const { clock } = this.parts;
    for await (const { due, shiftMs } of replay(held, { speed, isShifted, clock, signal: start.signal })) {
      yield this.toDueItems(due, shiftMs);
      yield FLUSH;
    }
  }

  private *toDueItems(due: readonly HeldRecord<Value>[], shiftMs: number): Generator<SeedItem> {
    const nowMs = this.parts.clock.now();
    for (const each of due) yield this.maker.make(each.origin, each, each.eventMs + shiftMs, nowMs);
  }

  /** Holds records back for the replay; yields duplicates and rejects immediately. */
  private *holdRecords(
    { source, positionPrefix }: SourceBatch<Raw>,
    sifted: Iterable<SiftedItem<Value>>,
    held: HeldRecord<Value>[],
  ): Generator<SeedItem> {
    const origin = { source, positionPrefix };
    for (const found of sifted) {
      if (!('mapped' in found)) yield this.maker.note(origin, found);
      else {
        const { value, eventMs = 0 } = found.mapped;
        // All are held in memory, and the raw item can be many times larger than the mapped value.
        held.push({ ...found, input: value, eventMs, origin });
      }
    }
  }
}

async function readKnownKeys<Raw, Value>(
  { source }: Seeding<Raw, Value>,
  start: SeedStart,
  { options, report }: FlowParts,
): Promise<KnownKeys> {
  if (source.recall) return source.recall(start);
  return options.isResuming ? readTopicKeys(start, report) : new Set<string>();
}
