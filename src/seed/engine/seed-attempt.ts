import type { Broker } from '../../kafka/broker.js';
import { within } from '../../kafka/give-up.js';
import { openPublisher, type Publisher } from '../../kafka/publish.js';
import { describeTopic, type TopicDescription } from '../../kafka/topics.js';
import { systemClock } from '../pace/system-clock.js';
import { topicReader } from '../resume/topic-reader.js';
import type { LedgerPlace, SeedStart } from '../source/source.js';
import { ItemFlow } from './item-flow.js';
import type { PreparedTopic } from './prepare-topic.js';
import { publishRecords } from './publish-records.js';
import type { RecordFile } from './record-file.js';
import { seedErrors } from './seed-errors.js';
import { endOffsets, writeLedger } from './seed-ledger.js';
import { SeedTally } from './seed-tally.js';
import type { SeedTotals } from './seed-totals.js';
import type { SeedContext, Seeding, SeedOptions, SeedReport } from './seeding.js';

/** For the last look at the topic after Ctrl-C. With the last batch and the disconnect it stays below the 9 s of `runSeed`. */
const LAST_LOOK_WITHIN_MS = 2_500;

/** What all attempts of one seed share. */
export interface SeedRun {
  readonly context: SeedContext;
  readonly seeding: Seeding;
  readonly options: SeedOptions;
  readonly totals: SeedTotals;
  readonly record: RecordFile | undefined;
}

export interface AttemptParts extends SeedRun, PreparedTopic {
  readonly broker: Broker;
  readonly place: LedgerPlace;
}

/** One attempt to publish what the source gives; the totals are also right when it throws. */
export class SeedAttempt {
  private readonly tally: SeedTally;
  /** Published by the attempts before this one. */
  private readonly publishedBefore: number;

  constructor(private readonly parts: AttemptParts) {
    const { totals, before, ledger } = parts;
    this.tally = new SeedTally(ledger);
    this.publishedBefore = totals.counts.published;
    totals.startedAt ??= Date.now();
    totals.offsetsBefore ??= before.offsets;
  }

  async run(): Promise<SeedReport> {
    const { place, before, seeding, context, totals } = this.parts;
    const { source } = seeding;
    await writeLedger(place, before.topic, this.tally.ledgerAtStart(source.names, endOffsets(before)));
    let after: TopicDescription | undefined;
    try {
      await this.publishAll();
    } catch (error) {
      if (!(source.isEndless && context.signal.aborted)) this.warnAndThrow(error);
    } finally {
      after = await this.describeTopicAfter().catch(() => undefined);
      await this.saveLedger(after && endOffsets(after));
      await totals.rejects.close();
    }
    if (!after && context.signal.aborted) this.warnAndThrow(context.signal.reason);
    return this.toReport(after ?? (await this.describeTopicAfter()));
  }

  private async publishAll(): Promise<void> {
    const { seeding, options, context, broker, totals, record } = this.parts;
    const { report, signal } = context;
    const parts = { options, totals, tally: this.tally, report, clock: systemClock, record };
    const flow = await ItemFlow.open(seeding, this.toStart(), parts);
    await publishTo(broker, options.topic, (publisher) =>
      publishRecords(flow.items(), totals.counts, {
        publisher,
        rejects: totals.rejects,
        ratePerSecond: options.pace?.ratePerSecond,
        signal,
        onProgress: () => report.progress(flow.describeProgress()),
        onAcknowledged: (offsets) => seeding.source.acknowledged?.(offsets),
      }),
    );
  }

  private toStart(): SeedStart {
    const { broker, place, before, ledger, totals, context } = this.parts;
    return {
      reader: topicReader(broker, before.topic),
      place,
      topic: before,
      newestEventMs: ledger.newestEventMs,
      counts: totals.counts,
      signal: context.signal,
      saveLedger: () => this.saveLedger(),
    };
  }

  private warnAndThrow(error: unknown): never {
    const { read, published, rejected } = this.parts.totals.counts;
    this.parts.context.report.warn(
      `stopped early: ${read} rows read, ${published} acknowledged by the broker, ${rejected} rejected`,
    );
    throw error;
  }

  private describeTopicAfter(): Promise<TopicDescription> {
    const look = describeTopic(this.parts.broker, this.parts.options.topic);
    const { signal } = this.parts.context;
    return signal.aborted ? within(LAST_LOOK_WITHIN_MS, look, () => signal.reason) : look;
  }

  /** Without an `end` that the broker told, it is computed from the end before and what was acknowledged since. */
  private saveLedger(end = endOffsets(this.parts.before) + this.published): Promise<void> {
    return writeLedger(this.parts.place, this.parts.options.topic, this.tally.ledger(end));
  }

  private get published(): number {
    return this.parts.totals.counts.published - this.publishedBefore;
  }

  private toReport(after: TopicDescription): SeedReport {
    const { totals, options, seeding } = this.parts;
    const { counts, rejects, readBySource, startedAt = 0, offsetsBefore = 0 } = totals;
    this.checkOffsets(after);
    return {
      topic: options.topic,
      ...counts,
      seconds: (Date.now() - startedAt) / 1000,
      offsets: { before: offsetsBefore, after: after.offsets },
      rejectsFile: rejects.count > 0 ? rejects.path : null,
      files: seeding.source.names.map((file) => ({ file, read: readBySource.get(file) ?? 0 })),
      groups: totals.listGroups(seeding.source.isEndless ?? false),
      odd: totals.odd,
      facts: seeding.source.facts?.() ?? {},
    };
  }

  private checkOffsets(after: TopicDescription): void {
    const arrived = endOffsets(after) - endOffsets(this.parts.before);
    const others = arrived - this.published;
    if (others < 0) throw seedErrors.OFFSET_MISMATCH({ topic: after.topic, published: this.published, arrived });
    if (others > 0) this.parts.context.report.warn(`others filled ${others} offsets of ${after.topic} meanwhile`);
  }
}

async function publishTo(broker: Broker, topic: string, work: (publisher: Publisher) => Promise<void>): Promise<void> {
  const publisher = await openPublisher(broker, topic);
  try {
    await work(publisher);
  } finally {
    await publisher.close();
  }
}
