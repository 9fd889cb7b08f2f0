import { type JobDefinition, resolveValue, watermarksOf } from './job-definition.js';
import { parameterOf } from './job-shape.js';
import type { ParameterValues } from './parameters.js';

/** A topic that a run writes results to, and the streaming query that writes them. */
export interface WrittenTopic {
  readonly query: string;
  readonly topic: string;
}

/** What the state of a stream is made of, with the values of the parameters; null where the job does not say. */
export interface ResolvedState {
  readonly keys: Readonly<Record<string, string>>;
  readonly aggregates: Readonly<Record<string, string>> | null;
  /** Null for sessions, as `slide` is. */
  readonly window: string | null;
  readonly slide: string | null;
  /** The gap that ends a session. */
  readonly session: string | null;
  /** One for all topics, or by topic if each has its own. */
  readonly watermark: string | Readonly<Record<string, string | null>> | null;
}

/** A job with the values of its parameters where the definition names parameters. */
export interface ResolvedJob {
  readonly reads: readonly string[];
  /** Without those whose parameter in `if` is not set. */
  readonly writes: readonly WrittenTopic[];
  readonly state: ResolvedState;
  /** The parameters that topics and state come from. */
  readonly sources: readonly string[];
}

/** Puts the values in once: what reads topics or state afterwards needs neither definition nor parameters. */
export function resolveJob(
  job: Pick<JobDefinition, 'reads' | 'writes' | 'state'>,
  values: ParameterValues,
): ResolvedJob {
  const reads = job.reads.map((topic) => String(resolveValue(topic, values)));
  return {
    reads,
    writes: resolveWrites(job, values),
    state: resolveState(job, reads, values),
    sources: sourcesOf(job),
  };
}

function resolveWrites({ writes }: Pick<JobDefinition, 'writes'>, values: ParameterValues): WrittenTopic[] {
  return writes
    .filter((source) => typeof source === 'string' || source.if === undefined || isSet(values[parameterOf(source.if)]))
    .map((source) => ({
      query: typeof source === 'string' ? 'topic' : source.query,
      topic: String(resolveValue(source, values)),
    }));
}

function isSet(value: ParameterValues[string] | undefined): boolean {
  return value !== null && value !== undefined && value !== false;
}

function resolveState(
  { state }: Pick<JobDefinition, 'state'>,
  reads: readonly string[],
  values: ParameterValues,
): ResolvedState {
  const session = resolveValue(state?.session, values);
  return {
    keys: state?.keys ?? {},
    aggregates: state?.aggregates ?? null,
    window: session === null ? resolveValue(state?.window, values) : null,
    slide: session === null ? resolveValue(state?.slide, values) : null,
    session,
    watermark: resolveWatermark(state?.watermark, reads, values),
  };
}

function resolveWatermark(
  watermark: NonNullable<JobDefinition['state']>['watermark'],
  reads: readonly string[],
  values: ParameterValues,
): ResolvedState['watermark'] {
  if (!Array.isArray(watermark)) return resolveValue(watermark, values);
  const delays = watermark.map((source) => resolveValue(source, values));
  return Object.fromEntries(reads.map((topic, at) => [topic, delays[at] ?? null]));
}

function sourcesOf({ reads, writes, state }: Pick<JobDefinition, 'reads' | 'writes' | 'state'>): string[] {
  const sources = [...reads, ...writes, state?.window, state?.slide, state?.session, ...watermarksOf(state)];
  return sources.flatMap((source) => (typeof source === 'object' ? [parameterOf(source.from)] : []));
}
