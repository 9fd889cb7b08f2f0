import type { PartitionOffsets } from '../../kafka/topics.js';
import type { TopicOffsets } from '../../spark/offsets.js';
import type { Gap } from '../record/gap.js';

/** A topic as it is now; without partitions if it is gone. */
export interface PresentTopic {
  readonly topic: string;
  readonly partitions: readonly PartitionOffsets[];
  /** It was created again: it is not the topic that the checkpoint has read. */
  readonly isRecreated: boolean;
}

/**
 * The records that are lost between the offsets of a checkpoint and those of the topic now. Spark compares numbers only: it
 * notices an offset that the topic does not have, but not that the topic was created again and has become long enough since.
 */
export function findGaps({ topic, partitions, isRecreated }: PresentTopic, ours: TopicOffsets[string]): Gap[] {
  const now = new Map(partitions.map((partition) => [partition.partition, partition]));
  const known = Object.entries(ours).flatMap(([number, at]) => {
    const partition = Number(number);
    return gapsOf(now.get(partition), at, isRecreated).map((gap) => ({ topic, partition, ...gap }));
  });
  const isLate = ({ partition }: PartitionOffsets) => Object.keys(ours).length > 0 && !(partition in ours);
  return [...known, ...partitions.filter(isLate).flatMap((late) => lateGap(topic, late))];
}

const HELD_NO_LONGER = 'the topic holds them no longer';

type GapInPartition = Pick<Gap, 'from' | 'to' | 'why'>;

/** A partition that was never read (`at` is 0) is read from its beginning, even if the topic was created again. */
function gapsOf(now: PartitionOffsets | undefined, at: number, isRecreated: boolean): GapInPartition[] {
  if (!now) return at > 0 ? [{ from: at, to: null, why: 'the topic or this partition of it is gone' }] : [];
  if (at > 0 && (isRecreated || now.end < at)) return gapsOfRecreated(now, at);
  return now.start > at ? [{ from: at, to: now.start, why: HELD_NO_LONGER }] : [];
}

/** Measured on Spark 4.2.0: it goes on at its old offset, or at the end of the new topic if that offset does not exist. */
function gapsOfRecreated({ start, end }: PartitionOffsets, at: number): GapInPartition[] {
  const rest = {
    from: at,
    to: null,
    why: 'the topic was created again, and the records that the old one still held are gone',
  };
  const to = Math.min(at, end);
  const why = 'the topic was created again, and Spark skips these records of the new one';
  return to > start ? [rest, { from: start, to, why }] : [rest];
}

/** A partition that was added later is read from its first offset; if that is not 0, records are lost. */
function lateGap(topic: string, { partition, start }: PartitionOffsets): Gap[] {
  return start > 0 ? [{ topic, partition, from: 0, to: start, why: HELD_NO_LONGER }] : [];
}

/** `cars/0 offsets 10 to 14: the topic holds them no longer` */
export function describeGap({ topic, partition, from, to, why }: Gap): string {
  const which =
    to === null ? `from offset ${from} on` : to === from + 1 ? `offset ${from}` : `offsets ${from} to ${to - 1}`;
  return `${topic}/${partition} ${which}: ${why}`;
}
