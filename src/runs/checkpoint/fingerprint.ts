import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { WrittenTopic } from '../../jobs/resolve-job.js';
import { parseJson } from '../../project/atomic-file.js';
import { parseDurationMs } from '../../project/duration.js';
import type { RunPlan } from '../plan/run-plan.js';
import { nameFolder } from '../record/run-paths.js';

const namedTopic = z.object({ name: z.string(), id: z.string().nullable() });
const sink = z.object({ query: z.string(), kind: z.enum(['kafka', 'parquet', 'files']), to: z.string() });
const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const fingerprintShape = z.object({
  job: z.string(),
  /** Id of the Kafka cluster: in another cluster a topic of the same name has other offsets. */
  cluster: z.string(),
  /** In the order in which the script reads them; an id is null until the topic exists. */
  topics: z.array(namedTopic),
  /** Their order counts: Spark's state has columns by position, not by name. */
  keys: z.record(z.string(), z.string()),
  /** Null if the job does not name them. */
  aggregates: z.record(z.string(), z.string()).nullable(),
  /** Null for sessions. */
  window: z.string().nullable(),
  slide: z.string().nullable(),
  /** The gap that ends a session. */
  session: z.string().nullable(),
  /** One for all topics, or one for each topic. */
  watermark: z.union([z.string(), z.record(z.string(), z.string().nullable())]).nullable(),
  /**
   * What the script writes. Parquet is of the kind `files` where it is made from the records of the result topic; up to 0.1.0 it was of
   * the kind `parquet`, the sink of a query of its own.
   */
  sinks: z.array(sink),
  sparkVersion: z.string(),
  /** SHA-256 of the template's text; null if it is not known. */
  template: z.string().nullable(),
  /** Null if they are not known. */
  parameters: z.record(z.string(), value).nullable(),
  /** Parameters that set topics, sinks, window, slide, session or watermark: they are judged there, not as parameters. */
  judgedParameters: z.array(z.string()),
});

/** What a checkpoint was made with. It is stored in the checkpoint's folder, and the next submit compares it. */
export type Fingerprint = Readonly<z.infer<typeof fingerprintShape>>;
export type Sink = Fingerprint['sinks'][number];

/** Up to 0.1.0 a fingerprint had topics without ids, no sinks but the result topics, and no field that is null below. */
const storedShape = fingerprintShape.partial().extend({
  topics: z.array(z.union([namedTopic, z.string()])),
  resultTopics: z.array(z.string()).optional(),
  cluster: z.string().default(''),
});

export interface PresentCluster {
  readonly cluster: string;
  readonly topicIds: ReadonlyMap<string, string>;
  readonly sparkVersion: string;
}

export function fingerprintOf(plan: RunPlan, { cluster, topicIds, sparkVersion }: PresentCluster): Fingerprint {
  const { job, values, reads, writes, state, sources, template } = plan;
  return {
    job: job.name,
    cluster,
    topics: reads.map((name) => ({ name, id: topicIds.get(name) ?? null })),
    ...state,
    sinks: sinksOf(plan.name, writes),
    sparkVersion,
    template: createHash('sha256').update(template).digest('hex'),
    parameters: values,
    judgedParameters: [...sources],
  };
}

/** The fingerprint in a file's text; fields that older versions did not write are null. Undefined for any other text. */
export function parseFingerprint(text: string, name: string): Fingerprint | undefined {
  const parsed = storedShape.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { resultTopics = [], topics, ...stored } = parsed.data;
  return fingerprintShape.safeParse({
    aggregates: null,
    template: null,
    parameters: null,
    judgedParameters: [],
    session: null,
    sinks: sinksOf(
      name,
      resultTopics.map((topic) => ({ query: 'topic', topic })),
      'parquet',
    ),
    ...stored,
    topics: topics.map((topic) => (typeof topic === 'string' ? { name: topic, id: null } : topic)),
  }).data;
}

/** The length; null for an interval that only Spark can read, such as `1 week` in a user's own job. */
export function intervalMs(interval: string | null | undefined): number | null {
  try {
    return interval ? parseDurationMs(interval) : null;
  } catch {
    return null;
  }
}

export type Delays = readonly (readonly [topic: string, delayMs: number])[];

/** The delays if each topic has its own; null if there is one for all, or if the length of one is not known. */
export function delaysOf(watermark: Fingerprint['watermark']): Delays | null {
  if (typeof watermark !== 'object' || watermark === null) return null;
  const delays = Object.entries(watermark).flatMap(([topic, delay]) => {
    const delayMs = delay === null ? 0 : intervalMs(delay);
    return delayMs === null ? [] : [[topic, delayMs] as const];
  });
  return delays.length === Object.keys(watermark).length ? delays : null;
}

/** The topics for results, and what every stream has besides. The folder of parquet has a folder for each generation. */
function sinksOf(name: string, written: readonly WrittenTopic[], parquet: Sink['kind'] = 'files'): Sink[] {
  const queries = [...new Set(written.map(({ query }) => query))];
  const topicsOf = (query: string) => written.filter((one) => one.query === query).map(({ topic }) => topic);
  return [
    ...queries.map((query) => ({ query, kind: 'kafka' as const, to: topicsOf(query).join(', ') })),
    { query: 'parquet', kind: parquet, to: nameFolder('out', name) },
    { query: 'dead-letters', kind: 'kafka', to: `${name}.dead-letters` },
  ];
}
