import { type JobDefinition, resolveValue } from './job-definition.js';
import { parameterOf } from './job-shape.js';
import type { ParameterValues } from './parameters.js';

/** A topic that a run writes results to, and the streaming query that writes them. */
export interface WrittenTopic {
  readonly query: string;
  readonly topic: string;
}

/** The topics of `writes`, without those whose parameter in `if` is not set. */
export function writtenTopics({ writes }: Pick<JobDefinition, 'writes'>, values: ParameterValues): WrittenTopic[] {
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
