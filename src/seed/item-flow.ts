import type { Progress, Reporter } from '../report/reporter.js';
import { chooseEventClock } from './choose-event-clock.js';
import { ItemSifter, type SiftedItem, type SiftedRecord } from './item-sifter.js';
import type { EventClock } from './pace/event-clock.js';
import { LateRecords } from './pace/late-records.js';
import type { SeedPace } from './pace/pace.js';
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
  private total: number | undefined;

  constructor(
    private readonly seeding: Seeding<Raw, Value>,
    private readonly parts: FlowParts,
  ) {}

  async *items(start: SeedStart): AsyncGenerator<SomeItems> {
    const { options, totals, clock, record, report } = this.parts;
    const { source, mapping, words } = this.seeding;
    totals.beginAttempt();
    const known = await this.findKnown(start);
    const sifter = new ItemSifter(mapping, {
      known,
      now: () => clock.now(),
      record,
      limit: options.limit,
      fresh: totals.fresh,
    });
    const late = words.late && new LateRecords(start.newestEventMs, report, words.late);
    const maker = new RecordMaker(mapping, { ...this.parts, late });
    if (source.estimateTotal)
      this.total = Math.min(await source.estimateTotal(), options.limit ?? Number.POSITIVE_INFINITY);
    const { pace = {} } = options;
    if (pace.speed !== undefined) yield* this.inOrderOfEvents(start, sifter, maker, { ...pace, speed: pace.speed });
    else
      yield* this.inOrderOfSource(
        start,
        sifter,
        maker,
        await chooseEventClock(this.seeding, start, { ...this.parts, known }),
      );
  }

  describeProgress(): Progress {
    const { counts } = this.parts.totals;
    const { label, unit } = this.seeding.source.describeProgress(counts);
    return { label, done: counts.published, ...(this.total === undefined ? {} : { total: this.total }), unit };
  }

  private async findKnown(start: SeedStart): Promise<KnownKeys> {
    const { source } = this.seeding;
    if (source.recall) return source.recall(start);
    return this.parts.options.isResuming ? readTopicKeys(start, this.parts.report) : new Set<string>();
  }

  private async *inOrderOfSource(
    start: SeedStart,
    sifter: ItemSifter<Raw, Value>,
    maker: RecordMaker<Value>,
    eventClock: EventClock,
  ): AsyncGenerator<SomeItems> {
    for await (const batch of this.seeding.source.batches(start)) {
      const sifted = await this.siftAll(batch, sifter);
      yield this.toItems(batch, sifted.items, maker, eventClock);
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
  private async siftAll(batch: SourceBatch<Raw>, sifter: ItemSifter<Raw, Value>) {
    const { record, totals } = this.parts;
    const sifted = { looked: 0, items: [] as Iterable<SiftedItem<Value>> };
    const items = sifter.siftBatch(batch, (looked) => {
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
    maker: RecordMaker<Value>,
    eventClock: EventClock,
  ): Generator<SeedItem> {
    for (const found of sifted) {
      if (!('mapped' in found)) yield maker.note(batch, found);
      else {
        const nowMs = this.parts.clock.now();
        yield maker.make(batch, found, eventClock(found.mapped.eventMs, nowMs, found), nowMs);
      }
    }
  }

  /** Holds all records, since any batch may have the first of them. */
  private async *inOrderOfEvents(
    start: SeedStart,
    sifter: ItemSifter<Raw, Value>,
    maker: RecordMaker<Value>,
    { speed, isShifted = false }: SeedPace & { readonly speed: number },
  ): AsyncGenerator<SomeItems> {
    const held: HeldRecord<Value>[] = [];
    for await (const batch of this.seeding.source.batches(start)) {
      start.signal.throwIfAborted();
      yield this.holdRecords(batch, (await this.siftAll(batch, sifter)).items, maker, held);
      if (sifter.isFull) break;
    }
    this.total = held.length;
    const { clock } = this.parts;
    for await (const { due, shiftMs } of replay(held, { speed, isShifted, clock, signal: start.signal })) {
      yield this.toDueItems(due, shiftMs, maker);
      yield FLUSH;
    }
  }

  private *toDueItems(
    due: readonly HeldRecord<Value>[],
    shiftMs: number,
    maker: RecordMaker<Value>,
  ): Generator<SeedItem> {
    const nowMs = this.parts.clock.now();
    for (const each of due) yield maker.make(each.from, each, each.eventMs + shiftMs, nowMs);
  }

  /** Gives what is no record at once. */
  private *holdRecords(
    { source, place }: SourceBatch<Raw>,
    sifted: Iterable<SiftedItem<Value>>,
    maker: RecordMaker<Value>,
    held: HeldRecord<Value>[],
  ): Generator<SeedItem> {
    const from = { source, place };
    for (const found of sifted) {
      if (!('mapped' in found)) yield maker.note(from, found);
      else {
        const { value, eventMs = 0 } = found.mapped;
        // The raw item may be many times the size of what is published.
        held.push({ ...found, input: value, eventMs, from });
      }
    }
  }
}
