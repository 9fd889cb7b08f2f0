import { ExitCode, MillraceError } from '../errors.js';
import { type Broker, brokerAt } from '../kafka/broker.js';
import { openPublisher, type Publisher } from '../kafka/publish.js';
import {
  checkTopicName,
  createTopics,
  describeTopic,
  emptyTopic,
  readClusterId,
  type TopicDescription,
} from '../kafka/topics.js';
import { withLock } from '../project/lock.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { Reporter } from '../report/reporter.js';
import { type Counts, publishRecords } from './publish-records.js';
import { RejectsFile } from './rejects-file.js';
import {
  describeOthers,
  endOffsets,
  type LedgerPlace,
  readLedger,
  type SeedLedger,
  SourceSeededError,
  writeLedger,
} from './seed-ledger.js';
import { SeedTally, type SourcedItem } from './seed-tally.js';

export interface SeedContext {
  readonly bootstrapServers: string;
  readonly project: ProjectFolder;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  /** Asks before records that this seed does not name are deleted too. */
  readonly confirm: (question: string) => Promise<void>;
}

export interface SeedOptions {
  readonly topic: string;
  readonly ratePerSecond?: number | undefined;
  /** Publishes also what the topic already holds. */
  readonly isAppending?: boolean;
  /** Empties the topic first. */
  readonly isReplacing?: boolean;
}

/** What is to be published: the sources it comes from, and its items. */
export interface SeedPlan {
  readonly sources: readonly string[];
  /**
   * Reads every source to its end, and publishes nothing: a file that breaks off far down shows before a topic is emptied.
   * @throws UsageError
   */
  check(signal: AbortSignal): Promise<void>;
  /** @param earliestMs no event time may lie before this one, which the topic already holds */
  items(earliestMs: number): AsyncIterable<SourcedItem>;
  describeProgress(counts: Counts): { label: string; done: number; total?: number; unit: string };
}

export interface SeedReport extends Readonly<Counts> {
  readonly topic: string;
  readonly seconds: number;
  /** Records in the topic before (also before `--replace` emptied it) and after, from its offsets. */
  readonly records: { readonly before: number; readonly after: number };
  readonly rejectsFile: string | null;
}

/** The topic holds less than what the broker acknowledged: the one thing a seed must never let pass. */
export class OffsetMismatchError extends MillraceError {
  readonly code = 'OFFSET_MISMATCH';
  readonly exitCode = ExitCode.Remote;
  readonly hint = 'See `millrace cluster logs broker`, then seed again with --replace.';

  constructor(topic: string, published: number, arrived: number) {
    super(`The broker acknowledged ${published} records, and the offsets of ${topic} grew by ${arrived}`);
  }
}

/**
 * Publishes a plan to a topic (created when missing), keeps what cannot be published, and checks the counts against the
 * topic's offsets. One seed of a topic at a time.
 * @throws UsageError, SourceSeededError, BrokerUnreachableError, OffsetMismatchError
 */
export function seedTopic(context: SeedContext, plan: SeedPlan, options: SeedOptions): Promise<SeedReport> {
  const topic = checkTopicName(options.topic);
  const lock = `${context.project.state}/locks/seed-${topic}.lock`;
  return withLock(lock, { command: 'millrace seed' }, () => seed(context, plan, { ...options, topic }));
}

async function seed(context: SeedContext, plan: SeedPlan, options: SeedOptions): Promise<SeedReport> {
  const { project, report, signal } = context;
  const { topic } = options;
  if (options.isReplacing) await plan.check(signal);
  const broker = brokerAt(context.bootstrapServers);
  await createTopics(broker, [topic]);
  const place = { project, clusterId: await readClusterId(broker) };
  const { before, ledger } = await makeRoom(context, broker, place, plan, options);
  const startedAt = Date.now();
  const counts: Counts = { read: 0, published: 0, rejected: 0 };
  const rejects = RejectsFile.in(project, topic, new Date());
  const tally = new SeedTally(ledger);
  await writeLedger(place, topic, tally.begun(plan.sources, endOffsets(before)));
  try {
    const items = tally.watch(plan.items(ledger.newestEventMs));
    const onProgress = (now: Counts) => report.progress(plan.describeProgress(now));
    const { ratePerSecond } = options;
    await publishTo(broker, topic, (publisher) =>
      publishRecords(items, counts, { publisher, rejects, ratePerSecond, signal, onProgress }),
    );
  } catch (error) {
    report.warn(
      `stopped early: ${counts.read} rows read, ${counts.published} acknowledged by the broker, ${counts.rejected} rejected`,
    );
    throw error;
  } finally {
    const after = await describeTopic(broker, topic).catch(() => before);
    await writeLedger(place, topic, tally.ended(endOffsets(after)));
    await rejects.close();
  }
  const after = await describeTopic(broker, topic);
  checkOffsets(report, before, after, counts);
  return {
    topic,
    ...counts,
    seconds: (Date.now() - startedAt) / 1000,
    records: { before: before.records, after: after.records },
    rejectsFile: rejects.count > 0 ? rejects.path : null,
  };
}

async function publishTo(broker: Broker, topic: string, work: (publisher: Publisher) => Promise<void>): Promise<void> {
  const publisher = await openPublisher(broker, topic);
  try {
    await work(publisher);
  } finally {
    await publisher.close();
  }
}

/**
 * Settles what happens to records of the same sources before anything is published. The description is that of the
 * topic as it was: emptying leaves the end offsets alone.
 */
async function makeRoom(
  { confirm, signal }: SeedContext,
  broker: Broker,
  place: LedgerPlace,
  plan: SeedPlan,
  { topic, isAppending, isReplacing }: SeedOptions,
): Promise<{ before: TopicDescription; ledger: SeedLedger }> {
  const before = await describeTopic(broker, topic);
  const ledger = await readLedger(place, before);
  const again = plan.sources.filter((source) => Object.hasOwn(ledger.sources, source));
  if (!isReplacing) {
    if (again.length > 0 && !isAppending) throw new SourceSeededError(topic, again);
    return { before, ledger };
  }
  const others = describeOthers(before, ledger, plan.sources);
  if (others.length > 0)
    await confirm(`--replace empties the topic ${topic}, which also holds ${others.join(', ')}. Go on?`);
  signal.throwIfAborted();
  await emptyTopic(broker, topic);
  return { before, ledger: { ...ledger, sources: {} } };
}

function checkOffsets(
  report: Reporter,
  before: TopicDescription,
  after: TopicDescription,
  { published }: Counts,
): void {
  const arrived = endOffsets(after) - endOffsets(before);
  if (arrived < published) throw new OffsetMismatchError(after.topic, published, arrived);
  if (arrived > published) report.warn(`others wrote ${arrived - published} records to ${after.topic} meanwhile`);
}
