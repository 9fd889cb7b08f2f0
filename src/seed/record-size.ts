import type { OutgoingRecord } from '../kafka/publish.js';

/** Kafka takes 1,048,588 bytes per batch of a partition (`message.max.bytes`), its own framing included. */
const LARGEST_RECORD_BYTES = 1_000_000;
/** UTF-8 needs no more than this for one UTF-16 unit. */
const BYTES_PER_UNIT = 3;

export function bytesOf({ key, value }: OutgoingRecord): number {
  return Buffer.byteLength(key) + Buffer.byteLength(value);
}

/** Why the broker would refuse the record for its size, if it would. */
export function findOversize(record: OutgoingRecord): string | undefined {
  if ((record.key.length + record.value.length) * BYTES_PER_UNIT <= LARGEST_RECORD_BYTES) return undefined;
  const bytes = bytesOf(record);
  if (bytes <= LARGEST_RECORD_BYTES) return undefined;
  return `the record has ${count(bytes)} bytes, and the broker takes ${count(LARGEST_RECORD_BYTES)} at most`;
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}
