import { parse } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../errors.js';
import {
  type FromParameter,
  findParameter,
  type JobParameter,
  type JobShape,
  jobShape,
  parameterOf,
} from './job-shape.js';
import { TRIGGER } from './refusals.js';

export type { FromParameter, JobParameter } from './job-shape.js';

/** Checks the names, too: a mistyped one would become a topic called `null`, or a refusal that never applies. */
const jobSchema = jobShape.superRefine((job, context) => {
  for (const { path, message } of [...findStrayNames(job), ...findStrayTests(job)])
    context.addIssue({ code: 'custom', path, message });
});

interface Mistake {
  readonly path: (string | number)[];
  readonly message: string;
}

function findStrayNames({ parameters, reads, writes, state }: JobShape): Mistake[] {
  const missing = (path: Mistake['path'], from: string): Mistake[] =>
    findParameter(parameters, parameterOf(from)) ? [] : [{ path, message: `there is no ${from}` }];
  const topic = (kind: string, index: number, source: string | FromParameter): Mistake[] => {
    if (typeof source === 'string') return [];
    const parameter = findParameter(parameters, parameterOf(source.from));
    if (!parameter) return missing([kind, index], source.from);
    const isTopic = parameter.type === 'topic' && parameter.default !== null;
    return isTopic ? [] : [{ path: [kind, index], message: `${source.from} is no topic with a default` }];
  };
  const lengths = (['window', 'slide', 'session', 'watermark'] as const).flatMap((key) =>
    [state?.[key] ?? []].flat().flatMap(({ from }) => missing(['state', key], from)),
  );
  const isUneven = Array.isArray(state?.watermark) && state.watermark.length !== reads.length;
  const uneven = isUneven ? [{ path: ['state', 'watermark'], message: 'list one for each of reads' }] : [];
  const conditions = writes.flatMap((source, index) =>
    typeof source === 'object' && source.if !== undefined ? missing(['writes', index, 'if'], source.if) : [],
  );
  const read = reads.flatMap((source, index) => topic('reads', index, source));
  const written = writes.flatMap((source, index) => topic('writes', index, source));
  return [...read, ...written, ...conditions, ...lengths, ...uneven];
}

function findStrayTests({ parameters, refuse }: JobShape): Mistake[] {
  const tests = refuse.flatMap(({ when }, index) =>
    Object.entries(when).map(([name, test]) => ({ name, test, path: ['refuse', index, 'when', name] })),
  );
  return tests.flatMap(({ name, test, path }) => {
    const parameter = findParameter(parameters, name);
    if (name !== TRIGGER && !parameter) return [{ path, message: `there is no parameter ${name}` }];
    if (typeof test === 'string' || !('above' in test)) return [];
    if (areSizes(parameter, findParameter(parameters, test.above))) return [];
    return [{ path, message: `${name} and ${test.above} are not two intervals or two numbers` }];
  });
}

function areSizes(one: JobParameter | undefined, other: JobParameter | undefined): boolean {
  const kindOf = (parameter: JobParameter | undefined) =>
    parameter?.type === 'integer' || parameter?.type === 'float' ? 'number' : parameter?.type;
  return kindOf(one) === kindOf(other) && (kindOf(one) === 'interval' || kindOf(one) === 'number');
}

export type JobDefinition = JobShape & { readonly name: string };

/**
 * @param source the file of the text, for messages
 * @throws UsageError naming every mistake at once
 */
export function parseJob(name: string, text: string, source: string): JobDefinition {
  const hint = 'Fix the file; docs/jobs.md describes its contents.';
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new UsageError(`${source} is not YAML: ${(error as Error).message.split('\n')[0]}`, hint);
  }
  const parsed = jobSchema.safeParse(value);
  if (parsed.success) return { name, ...parsed.data };
  const mistakes = parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || 'the whole'}: ${message}`);
  throw new UsageError(`${source} is not a job:\n${mistakes.join('\n')}`, hint);
}

/** The watermarks of a state: one for all topics, or one for each. */
export function watermarksOf(state: JobShape['state']): readonly FromParameter[] {
  return [state?.watermark ?? []].flat();
}

export function resolveValue(
  source: string | FromParameter | undefined,
  parameters: Readonly<Record<string, unknown>>,
): string | null {
  if (source === undefined || typeof source === 'string') return source ?? null;
  const value = parameters[parameterOf(source.from)];
  return value === null || value === undefined ? null : String(value);
}

/** The JSON Schema of a job file, for editors. */
export function jobJsonSchema(): object {
  return z.toJSONSchema(jobSchema, { io: 'input' });
}
