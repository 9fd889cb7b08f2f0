import { join } from 'node:path';
import type { TopicDescription } from '../../kafka/topics.js';
import { readJson, writeJsonAtomic } from '../../project/atomic-file.js';
import type { LedgerPlace } from '../source/source.js';
import type { Polled } from './polled.js';

/** Where the next poll into a topic starts. It is written after the broker's acknowledgement, so it is never ahead of the topic. */
export interface LiveState {
  readonly topicId: string | null;
  /** By partition, the first offset whose stories may be missing in `ids`. */
  readonly offsets: Readonly<Record<string, number>>;
  /** Of the stories before these offsets, `ids` has all that were acquired at this time or later, milliseconds since 1970. */
  readonly idsFromMs: number;
  /** Ids of stories in the topic with their acquisition times, milliseconds since 1970. */
  readonly ids: Readonly<Record<string, number>>;
  /** By address and query. */
  readonly polled: Readonly<Record<string, Polled>>;
}

/** Later than any acquisition time: `ids` has nothing for certain, so the whole topic must be read. */
const NOTHING_KNOWN = Number.MAX_SAFE_INTEGER;

/** The state of a topic; a state from before the topic was emptied or created again does not count. */
export async function readLiveState(
  place: LedgerPlace,
  topic: TopicDescription,
  topicId: string | null,
  overlapMs: number,
): Promise<LiveState> {
  const saved = await readJson<LiveState>(statePath(place, topic.topic));
  if (!saved || saved.topicId !== topicId || isCutShort(topic, saved)) {
    return { topicId, offsets: {}, idsFromMs: NOTHING_KNOWN, ids: {}, polled: {} };
  }
  if (!isEmptied(topic, saved)) return saved;
  return { ...saved, offsets: {}, idsFromMs: NOTHING_KNOWN, ids: {}, polled: forgetBefore(saved.polled, overlapMs) };
}

export async function writeLiveState(place: LedgerPlace, topic: string, state: LiveState): Promise<void> {
  await writeJsonAtomic(statePath(place, topic), state);
}

function isCutShort({ partitions }: TopicDescription, { offsets }: LiveState): boolean {
  return partitions.some(({ partition, end }) => end < (offsets[partition] ?? 0));
}

/** Nothing is left of what was published before. */
function isEmptied({ partitions }: TopicDescription, { offsets }: LiveState): boolean {
  const filled = partitions.filter(({ partition }) => (offsets[partition] ?? 0) > 0);
  return filled.length > 0 && filled.every(({ partition, start }) => start >= (offsets[partition] ?? 0));
}

/** The next poll still starts where the last one stopped, and earlier times can be polled again. */
function forgetBefore(polled: LiveState['polled'], overlapMs: number): LiveState['polled'] {
  const shortened = Object.entries(polled).map(([query, { fromMs, untilMs }]) => {
    return [query, { fromMs: Math.max(fromMs, untilMs - overlapMs), untilMs }] as const;
  });
  return Object.fromEntries(shortened);
}

function statePath({ project, clusterId }: LedgerPlace, topic: string): string {
  return join(project.state, 'seeds', clusterId, `${topic}.live.json`);
}
