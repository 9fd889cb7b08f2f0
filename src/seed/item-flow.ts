import type { Progress, Reporter } from '../report/reporter.js';
import { chooseEventClock } from './choose-event-clock.js';
import { ItemSifter, type SiftedRecord } from './item-sifter.js';
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
  private readonly limit: number;
  private total: number | undefined;

  constructor(
    private readonly seeding: Seeding<Raw, Value>,
    private readonly parts: FlowParts,
  ) {
    this.limit = parts.options.limit ?? Number.POSITIVE_INFINITY;
  }

  async *items(start: SeedStart): AsyncGenerator<SomeItems> {
    const { options, totals, clock, record, report } = this.parts;
    const { source, mapping, words } = this.seeding;
    totals.beginAttempt();
    const known = await this.findKnown(start);
    const sifter = new ItemSifter(mapping, { known, now: () => clock.now(), record, fresh: totals.fresh });
    const late = words.late && new LateRecords(start.newestEventMs, report, words.late);
    const maker = new RecordMaker(mapping, { ...this.parts, late });
    if (source.estimateTotal) this.total = Math.min(await source.estimateTotal(), this.limit);
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
      const sifted = { looked: 0 };
      const items = this.toItems(batch, sifter, maker, eventClock, sifted);
      yield* this.recorded(items);
      const isLast = () => sifter.fresh >= this.limit;
      if (batch.settled) {
        yield FLUSH;
        this.parts.totals.settle(sifter.fresh);
        await batch.settled(sifted.looked, isLast());
        await start.saveLedger();
        this.parts.report.progress(this.describeProgress());
      }
      if (isLast()) return;
    }
  }

  /** As they are asked for; all at once where they are recorded, since what is recorded is written before it is published. */
  private async *recorded(items: Iterable<SeedItem>): AsyncGenerator<Iterable<SeedItem>> {
    const { record } = this.parts;
    if (!record) return yield items;
    const all = [...items];
    await record.flush();
    yield all;
  }

  private *toItems(
    batch: SourceBatch<Raw>,
    sifter: ItemSifter<Raw, Value>,
    maker: RecordMaker<Value>,
    eventClock: EventClock,
    sifted: { looked: number },
  ): Generator<SeedItem> {
    try {
      for (const item of batch.items) {
        if (sifter.fresh >= this.limit) return;
        sifted.looked += 1;
        const found = sifter.sift(item, batch);
        if (!('mapped' in found)) yield maker.note(batch, found);
        else {
          const nowMs = this.parts.clock.now();
          yield maker.make(batch, found, eventClock(found.mapped.eventMs, nowMs, sifter), nowMs);
        }
      }
    } finally {
      this.parts.totals.countRead(batch.source, sifted.looked);
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
      yield* this.recorded(this.holdRecords(batch, sifter, maker, held));
      if (sifter.fresh >= this.limit) break;
    }
    this.total = held.length;
    const { clock } = this.parts;
    for await (const { due, shiftMs } of replay(held, { speed, isShifted, clock, signal: start.signal })) {
      const nowMs = clock.now();
      yield due.map((each) => maker.make(each.from, each, each.eventMs + shiftMs, nowMs));
      yield FLUSH;
    }
  }

  /** Gives what is no record at once. */
  private *holdRecords(
    batch: SourceBatch<Raw>,
    sifter: ItemSifter<Raw, Value>,
    maker: RecordMaker<Value>,
    held: HeldRecord<Value>[],
  ): Generator<SeedItem> {
    const from = { source: batch.source, place: batch.place };
    let looked = 0;
    for (const item of batch.items) {
      if (sifter.fresh >= this.limit) break;
      looked += 1;
      const found = sifter.sift(item, batch);
      if (!('mapped' in found)) yield maker.note(batch, found);
      else {
        // The raw item may be many times the size of what is published.
        const kept = { at: item.at, raw: found.mapped.value };
        held.push({ ...found, item: kept, eventMs: found.mapped.eventMs ?? 0, from });
      }
    }
    this.parts.totals.countRead(batch.source, looked);
  }
}
