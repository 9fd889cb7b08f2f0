import { z } from 'zod';
import { MillraceError } from '../../errors.js';
import type { Broker } from '../../kafka/broker.js';
import { type IncomingRecord, readRecords } from '../../kafka/read-records.js';
import { parseJson } from '../../project/atomic-file.js';

const SILENT_FOR_MS = 20_000;
const RESULTS_READ = 5_000;

export interface DeadLetter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
}

const deadLetterSchema = z.object({ topic: z.string(), partition: z.number(), offset: z.number(), reason: z.string() });
const resultSchema = z.object({ window_end: z.string() });

/** The newest record of a topic of dead letters. */
export async function readDeadLetter(broker: Broker, topic: string, signal: AbortSignal): Promise<DeadLetter | null> {
  const [record] = await readNewest(broker, topic, 1, signal);
  return deadLetterSchema.safeParse(parseJson(record?.value ?? '')).data ?? null;
}

/**
 * The ends of the windows of the results, sorted. Empty if results have no windows, or if there are too many to read them all
 * quickly: the first window of a part need not be the first of all.
 */
export async function readWindowEnds(broker: Broker, topic: string, signal: AbortSignal): Promise<readonly number[]> {
  const results = await readNewest(broker, topic, RESULTS_READ, signal);
  if (results.length === RESULTS_READ) return [];
  const ends = results
    .map(({ value }) => Date.parse(resultSchema.safeParse(parseJson(value ?? '')).data?.window_end ?? ''))
    .filter((end) => !Number.isNaN(end));
  return [...new Set(ends)].sort((a, b) => a - b);
}

/** When the newest record of a topic was produced. */
export async function readNewestTime(broker: Broker, topic: string, signal: AbortSignal): Promise<number | null> {
  return (await readNewest(broker, topic, 1, signal))[0]?.timestampMs ?? null;
}

/** Empty if the topic is missing, or the broker no longer answers. */
async function readNewest(
  broker: Broker,
  topic: string,
  last: number,
  signal: AbortSignal,
): Promise<readonly IncomingRecord[]> {
  const records: IncomingRecord[] = [];
  try {
    await readRecords(broker, topic, { last, signal, silentForMs: SILENT_FOR_MS }, (record) => records.push(record));
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
  }
  return records;
}
