import { type Broker, withAdmin } from '../../kafka/broker.js';
import { createTopics, DEFAULT_PARTITIONS, describeTopic } from '../../kafka/topics.js';
import type { Reporter } from '../../report/reporter.js';
import type { RunPlan } from '../plan/run-plan.js';

/**
 * A stream's topics are made where they are missing, and named; a batch needs its topic to be there.
 * @returns how many records wait in the topics that are read
 * @throws TopicMissingError for a batch
 */
export async function prepareTopics(broker: Broker, plan: RunPlan, report: Reporter): Promise<number> {
  if (plan.job.kind === 'streaming') {
    const wanted = [...plan.reads, ...plan.writes, ...(plan.deadLetters ? [plan.deadLetters] : [])];
    const created = await createTopics(broker, wanted);
    if (created.length > 0) report.say(describeCreated(created));
  }
  const topics = await Promise.all(plan.reads.map((topic) => describeTopic(broker, topic)));
  return topics.reduce((sum, { records }) => sum + records, 0);
}

export function describeCreated(topics: readonly string[]): string {
  return `created the topic${topics.length > 1 ? 's' : ''} ${topics.join(', ')} (${DEFAULT_PARTITIONS} partitions)`;
}

/** @throws BrokerUnreachableError when nobody answers */
export async function requireBroker(broker: Broker): Promise<void> {
  await withAdmin(broker, 'answer', async () => undefined);
}
