import type { TopicDescription } from '../../kafka/topics.js';
import type { Evidence } from './evidence.js';

export function isStream({ record }: Evidence): boolean {
  return record.kind === 'streaming';
}

/** Those of its topics that exist. */
export function topicsRead({ reads, topics }: Evidence): readonly TopicDescription[] {
  return reads.map((name) => topics?.get(name)).filter((topic) => topic !== undefined);
}

/** Up to where it has read a topic, by partition: from its batches, else from its checkpoint. */
export function reachedIn({ figures, checkpoint }: Evidence, topic: string): Readonly<Record<number, number>> {
  return figures.reached[topic] ?? checkpoint?.reached?.[topic] ?? {};
}

export function total(offsets: Readonly<Record<number, number>>): number {
  return Object.values(offsets).reduce((sum, offset) => sum + offset, 0);
}
