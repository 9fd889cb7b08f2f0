import { UsageError } from '../errors.js';

/** Kafka's own rule for names (org.apache.kafka.common.internals.Topic). */
export function isTopicName(topic: string): boolean {
  return /^[a-zA-Z0-9._-]{1,249}$/.test(topic) && topic !== '.' && topic !== '..';
}

/** @throws UsageError */
export function checkTopicName(topic: string): string {
  if (isTopicName(topic)) return topic;
  throw new UsageError(
    `\`${topic}\` cannot name a topic`,
    'Use letters, digits, dots, dashes and underscores, 249 at most.',
  );
}
