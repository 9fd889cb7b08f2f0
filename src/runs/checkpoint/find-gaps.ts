import type { PartitionOffsets } from '../../kafka/topics.js';
import type { TopicOffsets } from '../../spark/offsets.js';
import type { Gap } from '../record/gap.js';

/** A topic as it is now; no partitions where it is gone. */
export interface PresentTopic {
  readonly topic: string;
  readonly partitions: readonly PartitionOffsets[];
  /** It is another one than the checkpoint has read. */
  readonly isMadeAnew: boolean;
}

/**
 * What is lost between the offsets of a checkpoint and a topic's present ones. Spark looks only at numbers: it notices an
 * offset that the topic does not hold, and takes one of a topic that was created again for its own as soon as it is long enough.
 */
export function findGaps({ topic, partitions, isMadeAnew }: PresentTopic, ours: TopicOffsets[string]): Gap[] {
  const now = new Map(partitions.map((partition) => [partition.partition, partition]));
  const known = Object.entries(ours).flatMap(([number, at]) => {
    const partition = Number(number);
    return gapsOf(now.get(partition), at, isMadeAnew).map((hole) => ({ topic, partition, ...hole }));
  });
  const isLate = ({ partition }: PartitionOffsets) => Object.keys(ours).length > 0 && !(partition in ours);
  return [...known, ...partitions.filter(isLate).flatMap((late) => lateGap(topic, late))];
}

const HELD_NO_LONGER = 'the topic holds them no longer';

type Hole = Pick<Gap, 'from' | 'to' | 'why'>;

/** Of a partition that was never read nothing can be missed: it is read from its beginning, whichever topic it belongs to. */
function gapsOf(now: PartitionOffsets | undefined, at: number, isMadeAnew: boolean): Hole[] {
  if (!now) return at > 0 ? [{ from: at, to: null, why: 'the topic or this partition of it is gone' }] : [];
  if (at > 0 && (isMadeAnew || now.end < at)) return passedOver(now, at);
  return now.start > at ? [{ from: at, to: now.start, why: HELD_NO_LONGER }] : [];
}

/** Measured on Spark 4.2.0: it goes on at its old number, or where that does not exist, at the end of what is there. */
function passedOver({ start, end }: PartitionOffsets, at: number): Hole[] {
  const rest = { from: at, to: null, why: 'the topic was created again, and what the old one still held is gone' };
  const to = Math.min(at, end);
  const why = 'the topic was created again, and Spark passes over these records of the new one';
  return to > start ? [rest, { from: start, to, why }] : [rest];
}

/** A partition that came later is read from its first offset, which must be 0. */
function lateGap(topic: string, { partition, start }: PartitionOffsets): Gap[] {
  return start > 0 ? [{ topic, partition, from: 0, to: start, why: HELD_NO_LONGER }] : [];
}

/** `cars/0 offsets 10 to 14: the topic holds them no longer` */
export function describeGap({ topic, partition, from, to, why }: Gap): string {
  const which =
    to === null ? `from offset ${from} on` : to === from + 1 ? `offset ${from}` : `offsets ${from} to ${to - 1}`;
  return `${topic}/${partition} ${which}: ${why}`;
}
