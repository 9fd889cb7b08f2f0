import { brokerAt } from '../kafka/broker.js';
import { checkTopicName } from '../kafka/topic-name.js';
import { createTopics, readClusterId } from '../kafka/topics.js';
import { withProjectLock } from '../project/lock.js';
import type { ProjectFolder } from '../project/project-folder.js';
import { noCounts } from './publish-records.js';
import { RejectsFile } from './rejects-file.js';
import { Attempt } from './seed-attempt.js';
import type { SeedContext, SeedOptions, SeedPlan, SeedReport, SeedTotals } from './seeding.js';
import { makeRoom } from './settle-topic.js';

export type { SeedContext, SeedOptions, SeedPlan, SeedReport, SeedStart } from './seeding.js';

/**
 * Publishes a plan to a topic (created when missing), keeps what cannot be published, and checks the counts against the
 * topic's offsets. One seed of a topic at a time.
 * @throws UsageError, SourceSeededError, BrokerUnreachableError, OffsetMismatchError
 */
export function seedTopic(context: SeedContext, plan: SeedPlan, options: SeedOptions): Promise<SeedReport> {
  return withTopicLock(context.project, options.topic, () =>
    seed(context, plan, options, startTotals(context.project, options.topic)),
  );
}

/** @throws UsageError for a name that no topic has, LockedError while another seed of the topic runs */
export function withTopicLock<T>(project: ProjectFolder, name: string, work: () => Promise<T>): Promise<T> {
  return withProjectLock(project, `seed-${checkTopicName(name)}`, { command: 'millrace seed' }, work);
}

export function startTotals(project: ProjectFolder, topic: string): SeedTotals {
  const rejects = RejectsFile.in(project, topic, new Date());
  return { startedAt: undefined, counts: noCounts(), rejects, recordsBefore: undefined };
}

/** As `seedTopic`, by one who holds the topic's lock; the totals are true also when it throws. */
export async function seed(
  context: SeedContext,
  plan: SeedPlan,
  options: SeedOptions,
  totals: SeedTotals,
): Promise<SeedReport> {
  const { project, signal, confirm } = context;
  if (options.isReplacing) await plan.check(signal);
  const broker = brokerAt(context.bootstrapServers);
  await createTopics(broker, [options.topic]);
  const place = { project, clusterId: await readClusterId(broker) };
  const room = await makeRoom(broker, place, { ...options, sources: plan.sources, signal, confirm });
  return new Attempt(context, plan, options, totals, { broker, place, ...room }).run();
}
