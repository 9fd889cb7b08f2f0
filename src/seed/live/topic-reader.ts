import type { Broker } from '../../kafka/broker.js';
import { BrokerRefusedError } from '../../kafka/broker-errors.js';
import { abortLater, unlessAborted } from '../../kafka/give-up.js';
import { type IncomingRecord, readRecords } from '../../kafka/read-records.js';
import { readTopicIds } from '../../kafka/topic-ids.js';

/** A broker that hangs is not waited for after Ctrl-C; one that answers is left in order. */
const LEAVE_WITHIN_MS = 3_000;

/** The topic as following the feed looks back at it. */
export interface TopicReader {
  /** Another one for a topic that was made anew; null for a broker that tells none. */
  readId(): Promise<string | null>;
  /**
   * All records that the topic holds from these offsets on.
   * @throws what the signal says, as soon as it aborts
   */
  readFrom(
    offsets: ReadonlyMap<number, number>,
    signal: AbortSignal,
    onRecord: (record: IncomingRecord) => void,
  ): Promise<void>;
}

export function topicReader(broker: Broker, topic: string): TopicReader {
  return {
    async readId() {
      try {
        return (await readTopicIds(broker, [topic])).get(topic) ?? null;
      } catch (error) {
        if (error instanceof BrokerRefusedError) return null;
        throw error;
      }
    },
    async readFrom(from, signal, onRecord) {
      const reading = readRecords(broker, topic, { from, signal }, onRecord);
      await unlessAborted(reading, abortLater(signal, LEAVE_WITHIN_MS));
      signal.throwIfAborted();
    },
  };
}
