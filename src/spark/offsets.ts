import { z } from 'zod';
import { parseJson } from '../project/atomic-file.js';

/** Per topic and partition the next offset to read, as Spark's Kafka source writes it: `{"news":{"0":63,"1":57}}`. */
export type TopicOffsets = Readonly<Record<string, Readonly<Record<string, number>>>>;

const offsetsSchema = z.record(z.string(), z.record(z.string().regex(/^\d+$/), z.number().int()));

/** The offsets of all Kafka sources of a query, each an object or JSON text; null for a query without Kafka sources. Other sources are left out. */
export function mergeOffsets(sources: readonly unknown[]): TopicOffsets | null {
  const known = sources.map(parseOffsets).filter((offsets) => offsets !== undefined);
  return known.length === 0 ? null : Object.fromEntries(known.flatMap(Object.entries));
}

function parseOffsets(source: unknown): TopicOffsets | undefined {
  const value = typeof source === 'string' ? parseJson(source) : source;
  return offsetsSchema.safeParse(value).data;
}
