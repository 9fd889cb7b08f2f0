import { join } from 'node:path';
import type { TopicDescription } from '../../kafka/topics.js';
import { readJson, writeJsonAtomic } from '../../project/atomic-file.js';
import type { LedgerPlace } from '../source/source.js';
import type { Polled } from './polled.js';

/** Where following the feed into a topic goes on. Written after the broker's acknowledgement: it is never ahead of the topic. */
export interface LiveState {
  readonly topicId: string | null;
  /** By partition, the offset from which on the topic may hold stories that `ids` has not. */
  readonly offsets: Readonly<Record<string, number>>;
  /** `ids` has all stories before these offsets that were acquired from this moment on, milliseconds since 1970. */
  readonly idsFromMs: number;
  /** Ids of stories in the topic with their acquisition, milliseconds since 1970. */
  readonly ids: Readonly<Record<string, number>>;
  /** By address and query. */
  readonly polled: Readonly<Record<string, Polled>>;
}

/** No acquisition is later: nothing is known of the topic, and all of it is to be read. */
const NOTHING_KNOWN = Number.MAX_SAFE_INTEGER;

/** The state of a topic; what was written for one that was emptied or created again since does not hold for this one. */
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

/** Of all that was published before, nothing is left. */
function isEmptied({ partitions }: TopicDescription, { offsets }: LiveState): boolean {
  const filled = partitions.filter(({ partition }) => (offsets[partition] ?? 0) > 0);
  return filled.length > 0 && filled.every(({ partition, start }) => start >= (offsets[partition] ?? 0));
}

/** Following goes on where it stopped, and what lies before can be asked for again. */
function forgetBefore(polled: LiveState['polled'], overlapMs: number): LiveState['polled'] {
  const shortened = Object.entries(polled).map(([query, { fromMs, untilMs }]) => {
    return [query, { fromMs: Math.max(fromMs, untilMs - overlapMs), untilMs }] as const;
  });
  return Object.fromEntries(shortened);
}

function statePath({ project, clusterId }: LedgerPlace, topic: string): string {
  return join(project.state, 'seeds', clusterId, `${topic}.live.json`);
}
