import { quickBrokerAt } from '../../kafka/broker.js';
import { describeTopics } from '../../kafka/topics.js';
import { parseLoggedProgress } from '../../spark/logged-progress.js';
import type { TopicOffsets } from '../../spark/offsets.js';
import type { BatchProgress } from '../../spark/progress.js';
import type { KafkaEndpoint } from '../../targets/kafka-endpoint.js';
import type { Target } from '../../targets/target.js';
import type { RunRecord } from '../record/run-record.js';
import { readNewestProgress } from '../state/progress-file.js';
import { readLogEnd } from '../state/run-files.js';

const LOG_TAIL_BYTES = 400_000;
const RATE_OVER_MS = 60_000;

/** How one streaming query of a run is doing. */
export interface QueryFigures {
  readonly query: string;
  readonly batchId: number;
  /** When the newest batch began. */
  readonly at: string | null;
  readonly batchMs: number | null;
  /** Rows read per second over the last minute. */
  readonly rowsPerSecond: number;
  readonly stateRows: number;
  readonly watermark: string | null;
  /** The newest event, from the newest batch that had any. */
  readonly newestEvent: string | null;
  /** Offsets of its topics that it could read and has not yet; null if the broker does not answer. */
  readonly lag: number | null;
}

/** Up to where each partition can be read, by topic. A topic that does not exist has no entry. */
export type TopicEnds = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** The newest batches of a run's queries, as Spark reports them: in progress.ndjson for a job, in the log for a user's script. */
export async function readNewestBatches({ data }: Target, { run, script }: RunRecord): Promise<BatchProgress[]> {
  if (script !== null) return parseLoggedProgress(await readLogEnd(data, run, LOG_TAIL_BYTES));
  return readNewestProgress(data, run);
}

/** The main query of the run comes first: a job's `topic`, else the one that the script started first. */
export function toFigures(batches: readonly BatchProgress[], ends: TopicEnds | undefined, now: Date): QueryFigures[] {
  const queries = [...new Set(batches.map(({ query }) => query))];
  const figures = queries.map((query) =>
    figuresOf(
      batches.filter((batch) => batch.query === query),
      ends,
      now,
    ),
  );
  return figures.sort((a, b) => Number(b.query === 'topic') - Number(a.query === 'topic'));
}

function figuresOf(batches: readonly BatchProgress[], ends: TopicEnds | undefined, now: Date): QueryFigures {
  const newest = batches.at(-1) as BatchProgress;
  const recent = batches.filter(({ at }) => at !== null && now.getTime() - Date.parse(at) < RATE_OVER_MS);
  const since = Math.max(1_000, now.getTime() - Date.parse(recent[0]?.at ?? now.toISOString()));
  const rows = recent.reduce((sum, { rowsRead }) => sum + rowsRead, 0);
  return {
    query: newest.query,
    batchId: newest.batchId,
    at: newest.at,
    batchMs: newest.durationMs,
    rowsPerSecond: Math.round((rows * 10_000) / since) / 10,
    stateRows: newest.stateRows,
    watermark: newest.watermark,
    newestEvent: batches.findLast(({ newestEvent }) => newestEvent !== null)?.newestEvent ?? null,
    lag: ends === undefined ? null : lagBehind(newest.endOffsets, ends),
  };
}

/** How many offsets are between a query's offsets and the ends of its topics; null if the end of a topic is not known. */
export function lagBehind(offsets: TopicOffsets | null, ends: TopicEnds): number | null {
  if (offsets === null) return null;
  let lag = 0;
  for (const [topic, partitions] of Object.entries(offsets)) {
    const partitionEnds = ends.get(topic);
    if (!partitionEnds) return null;
    for (const [partition, end] of partitionEnds) lag += Math.max(0, end - (partitions[partition] ?? 0));
  }
  return lag;
}

/** The topics that the queries read, from their batches: for a user's script there is no other source. */
export function topicsOf(batches: readonly BatchProgress[]): string[] {
  return [...new Set(batches.flatMap(({ endOffsets }) => Object.keys(endOffsets ?? {})))];
}

/** Undefined if the broker does not answer. */
export async function readTopicEnds(kafka: KafkaEndpoint, topics: readonly string[]): Promise<TopicEnds | undefined> {
  try {
    const described = await describeTopics(quickBrokerAt(kafka), topics);
    return new Map(
      described.map(({ topic, partitions }) => [
        topic,
        new Map(partitions.map(({ partition, stable }) => [partition, stable])),
      ]),
    );
  } catch {
    return undefined;
  }
}
