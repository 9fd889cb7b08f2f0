import type { OutgoingRecord } from '../../kafka/publish.js';

/** Kafka takes 1,048,588 bytes per batch of a partition (`message.max.bytes`), and its own framing needs a part of them. */
const LARGEST_RECORD_BYTES = 1_000_000;
/** The most that UTF-8 needs for one UTF-16 unit. */
const BYTES_PER_UNIT = 3;

export function bytesOf({ key, value }: OutgoingRecord): number {
  return Buffer.byteLength(key) + Buffer.byteLength(value);
}

/** Why the broker would not take the record, where it is too large. */
export function findOversize(record: OutgoingRecord): string | undefined {
  if ((record.key.length + record.value.length) * BYTES_PER_UNIT <= LARGEST_RECORD_BYTES) return undefined;
  const bytes = bytesOf(record);
  if (bytes <= LARGEST_RECORD_BYTES) return undefined;
  return `the record has ${count(bytes)} bytes, and the broker takes ${count(LARGEST_RECORD_BYTES)} at most`;
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}
