import type { Broker } from '../../kafka/broker.js';
import { BrokerRefusedError } from '../../kafka/broker-errors.js';
import { unlessAborted } from '../../kafka/give-up.js';
import { type IncomingRecord, readRecords } from '../../kafka/read-records.js';
import { readTopicIds } from '../../kafka/topic-ids.js';
import type { Reporter } from '../../report/reporter.js';
import type { TopicReader } from '../source/source.js';

/** After Ctrl-C a broker that answers gets this time for an orderly disconnect; one that hangs is not waited for. */
const LEAVE_WITHIN_MS = 3_000;
const TELL_EVERY = 1_000;

/**
 * The first reading must see all that is there, so it refuses a topic with an open transaction. What the seed has published since
 * then it knows by itself, and later readings may find what others wrote behind a transaction one poll later.
 */
export function topicReader(broker: Broker, topic: string): TopicReader {
  let isWhole = true;
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
      const reading = readRecords(broker, topic, { from, signal, isWhole }, onRecord);
      await unlessAborted(reading, signal, LEAVE_WITHIN_MS);
      isWhole = false;
      signal.throwIfAborted();
    },
  };
}

/** Reads what the topic holds from these offsets on, and shows progress. @throws what `readFrom` throws */
export async function readBack(
  reader: TopicReader,
  from: ReadonlyMap<number, number>,
  { report, signal }: { readonly report: Reporter; readonly signal: AbortSignal },
  onRecord: (record: IncomingRecord) => void,
): Promise<void> {
  let done = 0;
  await reader.readFrom(from, signal, (record) => {
    onRecord(record);
    done += 1;
    if (done % TELL_EVERY === 0) report.progress({ label: 'reading the topic back', done, unit: 'records' });
  });
}
