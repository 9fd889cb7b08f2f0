import { ExitCode, InterruptedError, MillraceError } from '../errors.js';
import type { Broker } from '../kafka/broker.js';
import { within } from '../kafka/give-up.js';
import { openPublisher, type Publisher } from '../kafka/publish.js';
import { describeTopic, type TopicDescription } from '../kafka/topics.js';
import { publishRecords } from './publish-records.js';
import { endOffsets, type LedgerPlace, type SeedLedger, writeLedger } from './seed-ledger.js';
import { SeedTally } from './seed-tally.js';
import type { SeedContext, SeedOptions, SeedPlan, SeedReport, SeedTotals } from './seeding.js';

/** After Ctrl-C a broker that hangs is not waited for; the last batch, the disconnect and this stay below the 9 s of `seedLive`. */
const LAST_LOOK_WITHIN_MS = 2_500;

/** The topic holds less than what the broker acknowledged: the one thing a seed must never let pass. */
export class OffsetMismatchError extends MillraceError {
  readonly code = 'OFFSET_MISMATCH';
  readonly exitCode = ExitCode.Remote;
  readonly hint = 'See `millrace cluster logs broker`, then seed again with --replace.';

  constructor(topic: string, published: number, arrived: number) {
    super(`The broker acknowledged ${published} records, and the offsets of ${topic} grew by ${arrived}`);
  }
}

/** The topic, once it is settled that this seed may publish to it. */
export interface Room {
  readonly broker: Broker;
  readonly place: LedgerPlace;
  readonly before: TopicDescription;
  readonly ledger: SeedLedger;
}

/** One attempt to publish a plan; the totals are true also when it throws. */
export class Attempt {
  private readonly tally: SeedTally;
  /** Published by earlier attempts. */
  private readonly earlier: number;

  constructor(
    private readonly context: SeedContext,
    private readonly plan: SeedPlan,
    private readonly options: SeedOptions,
    private readonly totals: SeedTotals,
    private readonly room: Room,
  ) {
    this.tally = new SeedTally(room.ledger);
    this.earlier = totals.counts.published;
    totals.startedAt ??= Date.now();
    totals.recordsBefore ??= room.before.records;
  }

  async run(): Promise<SeedReport> {
    const { place, before } = this.room;
    await writeLedger(place, before.topic, this.tally.begun(this.plan.sources, endOffsets(before)));
    let after: TopicDescription | undefined;
    try {
      await this.publish();
    } catch (error) {
      if (!(this.plan.isEndless && this.context.signal.aborted)) this.giveUp(error);
    } finally {
      after = await this.lookAgain().catch(() => undefined);
      await this.saveLedger(after && endOffsets(after));
      await this.totals.rejects.close();
    }
    if (!after && this.context.signal.aborted) this.giveUp(this.context.signal.reason);
    return this.toReport(after ?? (await this.lookAgain()));
  }

  private async publish(): Promise<void> {
    const { plan, options, context } = this;
    const { broker, place, before, ledger } = this.room;
    const start = { broker, place, topic: before, newestEventMs: ledger.newestEventMs, signal: context.signal };
    const items = this.tally.watch(plan.items({ ...start, saveLedger: () => this.saveLedger() }));
    await publishTo(broker, options.topic, (publisher) =>
      publishRecords(items, this.totals.counts, {
        publisher,
        rejects: this.totals.rejects,
        ratePerSecond: options.ratePerSecond,
        signal: context.signal,
        onProgress: (now) => context.report.progress(plan.describeProgress(now)),
        onAcknowledged: (offsets) => plan.acknowledged?.(offsets),
      }),
    );
  }

  private giveUp(error: unknown): never {
    const { read, published, rejected } = this.totals.counts;
    this.context.report.warn(
      `stopped early: ${read} rows read, ${published} acknowledged by the broker, ${rejected} rejected`,
    );
    throw withWayOn(error, this.plan);
  }

  private lookAgain(): Promise<TopicDescription> {
    const look = describeTopic(this.room.broker, this.options.topic);
    const { signal } = this.context;
    return signal.aborted ? within(LAST_LOOK_WITHIN_MS, look, () => signal.reason) : look;
  }

  /** Where the topic cannot be asked, its end is what it was before and what was acknowledged since. */
  private saveLedger(end = endOffsets(this.room.before) + this.published): Promise<void> {
    return writeLedger(this.room.place, this.options.topic, this.tally.ended(end));
  }

  private get published(): number {
    return this.totals.counts.published - this.earlier;
  }

  private toReport(after: TopicDescription): SeedReport {
    const { counts, rejects, startedAt = 0, recordsBefore = 0 } = this.totals;
    this.checkOffsets(after);
    return {
      topic: this.options.topic,
      ...counts,
      seconds: (Date.now() - startedAt) / 1000,
      records: { before: recordsBefore, after: after.records },
      rejectsFile: rejects.count > 0 ? rejects.path : null,
    };
  }

  private checkOffsets(after: TopicDescription): void {
    const arrived = endOffsets(after) - endOffsets(this.room.before);
    const others = arrived - this.published;
    if (others < 0) throw new OffsetMismatchError(after.topic, this.published, arrived);
    if (others > 0) this.context.report.warn(`others wrote ${others} records to ${after.topic} meanwhile`);
  }
}

/** An interrupt with what goes on with this plan; any other failure as it is. */
export function withWayOn(error: unknown, { wayOn }: Pick<SeedPlan, 'wayOn'>): unknown {
  return error instanceof InterruptedError && wayOn !== undefined ? error.withHint(wayOn) : error;
}

async function publishTo(broker: Broker, topic: string, work: (publisher: Publisher) => Promise<void>): Promise<void> {
  const publisher = await openPublisher(broker, topic);
  try {
    await work(publisher);
  } finally {
    await publisher.close();
  }
}
