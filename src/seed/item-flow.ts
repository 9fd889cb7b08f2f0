import type { Progress, Reporter } from '../report/reporter.js';
import { chooseEventClock } from './choose-event-clock.js';
import { ItemSifter, type SiftedItem, type SiftedRecord } from './item-sifter.js';
import type { EventClock } from './pace/event-clock.js';
import { LateRecords } from './pace/late-records.js';
import { replay } from './pace/replay.js';
import type { Clock } from './pace/system-clock.js';
import { FLUSH, type SeedItem } from './publish-records.js';
import type { RecordFile } from './record-file.js';
import { type BatchPlace, RecordMaker } from './record-maker.js';
import { readTopicKeys } from './resume/topic-keys.js';
import type { SeedTally } from './seed-tally.js';
import type { SeedTotals } from './seed-totals.js';
import type { Seeding, SeedOptions } from './seeding.js';
import type { KnownKeys, SeedStart, SourceBatch } from './source/source.js';

export interface FlowParts {
  readonly options: SeedOptions;
  readonly totals: SeedTotals;
  readonly tally: SeedTally;
  readonly report: Reporter;
  readonly clock: Clock;
  /** Keeps what comes in. */
  readonly record?: RecordFile | undefined;
}

type SomeItems = Iterable<SeedItem> | typeof FLUSH;
type HeldRecord<Value> = SiftedRecord<Value> & { readonly eventMs: number; readonly from: BatchPlace };

/** From the source through the mapping to what is published: one attempt of one seed. */
export class ItemFlow<Raw, Value> {
  private readonly sifter: ItemSifter<Raw, Value>;
  private readonly maker: RecordMaker<Value>;
  private total: number | undefined;

  /** Finds out what the topic holds, where that is left out. */
  static async open<Raw, Value>(
    seeding: Seeding<Raw, Value>,
    start: SeedStart,
    parts: FlowParts,
  ): Promise<ItemFlow<Raw, Value>> {
    parts.totals.beginAttempt();
    const known = await findKnown(seeding, start, parts);
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

  async *items(): AsyncGenerator<SomeItems> {
    const { pace = {} } = this.parts.options;
    if (pace.speed !== undefined) yield* this.inOrderOfEvents(pace.speed, pace.isShifted ?? false);
    else yield* this.inOrderOfSource(await chooseEventClock(this.seeding, this.start, this.parts));
  }

  describeProgress(): Progress {
    const { counts } = this.parts.totals;
    const { label, unit } = this.seeding.source.describeProgress(counts);
    return { label, done: counts.published, ...(this.total === undefined ? {} : { total: this.total }), unit };
  }

  private async *inOrderOfSource(eventClock: EventClock): AsyncGenerator<SomeItems> {
    const { start, sifter } = this;
    for await (const batch of this.seeding.source.batches(start)) {
      const sifted = await this.siftAll(batch);
      yield this.toItems(batch, sifted.items, eventClock);
      if (batch.settled) {
        yield FLUSH;
        this.parts.totals.settle(sifter.fresh);
        await batch.settled(sifted.looked, sifter.isFull);
        await start.saveLedger();
        this.parts.report.progress(this.describeProgress());
      }
      if (sifter.isFull) return;
    }
  }

  /** Item by item as they are asked for; at once where they are recorded, since that is written before they are published. */
  private async siftAll(batch: SourceBatch<Raw>) {
    const { record, totals } = this.parts;
    const sifted = { looked: 0, items: [] as Iterable<SiftedItem<Value>> };
    const items = this.sifter.siftBatch(batch, (looked) => {
      sifted.looked = looked;
      totals.countRead(batch.source, looked);
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

  /** Holds all records, since any batch may have the first of them. */
  private async *inOrderOfEvents(speed: number, isShifted: boolean): AsyncGenerator<SomeItems> {
    const { start, sifter } = this;
    const held: HeldRecord<Value>[] = [];
    for await (const batch of this.seeding.source.batches(start)) {
      start.signal.throwIfAborted();
      yield this.holdRecords(batch, (await this.siftAll(batch)).items, held);
      if (sifter.isFull) break;
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
    for (const each of due) yield this.maker.make(each.from, each, each.eventMs + shiftMs, nowMs);
  }

  /** Gives what is no record at once. */
  private *holdRecords(
    { source, place }: SourceBatch<Raw>,
    sifted: Iterable<SiftedItem<Value>>,
    held: HeldRecord<Value>[],
  ): Generator<SeedItem> {
    const from = { source, place };
    for (const found of sifted) {
      if (!('mapped' in found)) yield this.maker.note(from, found);
      else {
        const { value, eventMs = 0 } = found.mapped;
        // The raw item may be many times the size of what is published.
        held.push({ ...found, input: value, eventMs, from });
      }
    }
  }
}

async function findKnown<Raw, Value>(
  { source }: Seeding<Raw, Value>,
  start: SeedStart,
  { options, report }: FlowParts,
): Promise<KnownKeys> {
  if (source.recall) return source.recall(start);
  return options.isResuming ? readTopicKeys(start, report) : new Set<string>();
}
