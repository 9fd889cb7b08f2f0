import { InterruptedError, orNull } from '../../errors.js';
import { brokerAt, quickBrokerAt } from '../../kafka/broker.js';
import { BrokerUnreachableError } from '../../kafka/broker-errors.js';
import { unlessAborted } from '../../kafka/give-up.js';
import { checkTopicName } from '../../kafka/topic-name.js';
import { createTopics, listTopicNames, readClusterId } from '../../kafka/topics.js';
import { withProjectLock } from '../../project/lock.js';
import { lookUntil } from '../../project/look-until.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { prepareTopic } from './prepare-topic.js';
import { RecordFile } from './record-file.js';
import { RejectsFile } from './rejects-file.js';
import { SeedAttempt, type SeedRun } from './seed-attempt.js';
import { SeedTotals } from './seed-totals.js';
import type { SeedContext, Seeding, SeedOptions, SeedReport } from './seeding.js';

/** After Ctrl-C the seed ends within this time even if the broker hangs; by then the ledger has all that was acknowledged. */
const LEAVE_WITHIN_MS = 9_000;
const LOOK_EVERY_MS = 2_000;
const ODD_NAMED = 5;

/**
 * Publishes what a source gives to a topic, which is created if it is missing; writes rejects to their file; checks the counts
 * against the topic's offsets. A topic has one seed at a time. A seed of an endless source waits while the broker is gone. Closes
 * the source.
 * @throws UsageError, SOURCE_SEEDED, BrokerUnreachableError, OFFSET_MISMATCH, LockedError while another seed of the topic
 * runs, and what the source throws
 */
export async function runSeed(context: SeedContext, seeding: Seeding, options: SeedOptions): Promise<SeedReport> {
  const { source, words } = seeding;
  const totals = new SeedTotals(RejectsFile.in(context.project, options.topic, new Date()));
  let record: RecordFile | undefined;
  try {
    record = await openRecord(seeding, options);
    await context.kafka(); // without a cluster, not even a lock is written
    const run = { context, seeding, options, totals, record };
    const work = withTopicLock(context.project, options.topic, () => publishInAttempts(run));
    const report = await unlessAborted(work, context.signal, LEAVE_WITHIN_MS);
    await record?.close();
    for (const what of report.odd.slice(0, ODD_NAMED))
      context.report.warn(`odd: ${what}; ${words.odd ?? 'published as it is'}`);
    return report;
  } catch (error) {
    await record
      ?.close()
      .catch(({ message }) => context.report.warn(`${options.recordPath} is not complete: ${message}`));
    const hint = totals.startedAt === undefined ? undefined : hintAfterInterrupt(seeding, options);
    throw error instanceof InterruptedError && hint !== undefined ? error.withHint(hint) : error;
  } finally {
    await source.close();
  }
}

/** @throws UsageError for a name that no topic has, LockedError while another seed of the topic runs */
export function withTopicLock<T>(project: ProjectFolder, name: string, work: () => Promise<T>): Promise<T> {
  return withProjectLock(project, `seed-${checkTopicName(name)}`, { command: 'millrace seed' }, work);
}

/** How to continue after an interruption in the middle; undefined where the same command continues. */
export function hintAfterInterrupt(
  { source }: Pick<Seeding, 'source'>,
  { isResuming, isReplacing, isAppending }: Omit<SeedOptions, 'topic'>,
): string | undefined {
  if (source.recall || isResuming) return undefined;
  if (isReplacing) return 'Run the same command with `--resume` in place of `--replace` to go on.';
  if (isAppending)
    return 'A part of it is in the topic for a second time: the same command with `--replace` in place of `--append` publishes all of it once.';
  return 'Run the same command with `--resume` to go on.';
}

async function openRecord({ source, mapping }: Seeding, { recordPath }: SeedOptions): Promise<RecordFile | undefined> {
  return recordPath === undefined ? undefined : RecordFile.open(recordPath, mapping.recordHeader, source.files);
}

/** With an endless source a new attempt begins when the broker is back. What had arrived of the last batch is read from the topic. */
async function publishInAttempts(run: SeedRun): Promise<SeedReport> {
  const { context, seeding, options, totals } = run;
  if (options.isReplacing) await seeding.source.check(context.signal);
  for (;;) {
    try {
      return await publishOnce(run);
    } catch (error) {
      const isOutage = error instanceof BrokerUnreachableError && !context.signal.aborted;
      if (!isOutage || !seeding.source.isEndless || totals.startedAt === undefined) throw error;
      await waitForBroker(context, error);
    }
  }
}

async function publishOnce(run: SeedRun): Promise<SeedReport> {
  const { context, seeding, options } = run;
  const { project, signal, confirm } = context;
  const broker = brokerAt(await context.kafka());
  await createTopics(broker, [options.topic]);
  const place = { project, clusterId: await readClusterId(broker) };
  const sources = seeding.source.names;
  const settled = await prepareTopic(broker, place, { ...options, sources, signal, confirm });
  return new SeedAttempt({ ...run, broker, place, ...settled }).run();
}

async function waitForBroker(context: SeedContext, error: Error): Promise<void> {
  const { report, signal } = context;
  report.warn(`${error.message}; the seed waits for it, then goes on where it stopped`);
  const broker = quickBrokerAt(await context.kafka());
  const look = async () => (await orNull(listTopicNames(broker))) ?? undefined;
  await lookUntil(look, { everyMs: LOOK_EVERY_MS, signal });
  report.say('the broker answers again');
}
