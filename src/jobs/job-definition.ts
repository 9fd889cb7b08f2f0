import { parse } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../errors.js';

const memory = z.string().regex(/^\d+[mg]$/, 'write for example 512m or 1g');

const parameterSchema = z.strictObject({
  type: z.enum(['string', 'integer', 'float', 'boolean', 'interval', 'topic']),
  default: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  description: z.string(),
  choices: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});

const fromParameter = z.strictObject({
  from: z.string().regex(/^parameters\.[A-Za-z]\w*$/, 'write parameters.<name>'),
});
const topic = z.union([z.string(), fromParameter]);

const jobShape = z.strictObject({
  description: z.string(),
  /** The command that starts the job, where it needs more than its parameters. */
  startedBy: z.string().optional(),
  kind: z.enum(['streaming', 'batch']),
  template: z.string().regex(/^[\w.-]+\.py\.hbs$/, 'names a file in templates/ that ends in .py.hbs'),
  reads: z.array(topic).default([]),
  writes: z.array(topic).default([]),
  parameters: z
    .record(z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'write names in camelCase'), parameterSchema)
    .default({}),
  resources: z
    .strictObject({
      cores: z.number().int().min(1).default(1),
      executorMemory: memory.default('512m'),
      driverMemory: memory.default('512m'),
    })
    .default({ cores: 1, executorMemory: '512m', driverMemory: '512m' }),
  state: z
    .strictObject({
      keys: z.record(z.string(), z.string()),
      aggregates: z.record(z.string(), z.string()).optional(),
      window: fromParameter.optional(),
      slide: fromParameter.optional(),
      /** One for all, or a list with one for each of `reads`, in their order. */
      watermark: z.union([fromParameter, z.array(fromParameter)]).optional(),
    })
    .optional(),
});

/** A mistyped name would come out as a topic called `null`. */
const jobSchema = jobShape.superRefine(({ parameters, reads, writes, state }, context) => {
  const check = (
    path: (string | number)[],
    source: string | FromParameter | undefined,
    isFit: (parameter: JobParameter) => boolean,
  ) => {
    if (source === undefined || typeof source === 'string') return;
    const parameter = Object.entries(parameters).find(([name]) => source.from === `parameters.${name}`)?.[1];
    if (!parameter) context.addIssue({ code: 'custom', path, message: `there is no ${source.from}` });
    else if (!isFit(parameter))
      context.addIssue({ code: 'custom', path, message: `${source.from} is no topic with a default` });
  };
  const isTopic = ({ type, default: name }: JobParameter) => type === 'topic' && name !== null;
  for (const [index, source] of reads.entries()) check(['reads', index], source, isTopic);
  for (const [index, source] of writes.entries()) check(['writes', index], source, isTopic);
  for (const key of ['window', 'slide'] as const) check(['state', key], state?.[key], () => true);
  for (const source of watermarksOf(state)) check(['state', 'watermark'], source, () => true);
  if (Array.isArray(state?.watermark) && state.watermark.length !== reads.length)
    context.addIssue({ code: 'custom', path: ['state', 'watermark'], message: 'list one for each of reads' });
});

export type JobParameter = z.infer<typeof parameterSchema>;
export type JobDefinition = z.infer<typeof jobSchema> & { readonly name: string };

/**
 * @param source where the text comes from, for the message
 * @throws UsageError naming every mistake at once
 */
export function parseJob(name: string, text: string, source: string): JobDefinition {
  const mend = 'Mend the file; docs/jobs.md describes what it holds.';
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw new UsageError(`${source} is not YAML: ${(error as Error).message.split('\n')[0]}`, mend);
  }
  const parsed = jobSchema.safeParse(value);
  if (parsed.success) return { name, ...parsed.data };
  const mistakes = parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || 'the whole'}: ${message}`);
  throw new UsageError(`${source} is not a job:\n${mistakes.join('\n')}`, mend);
}

/** A value of the definition that may come from a parameter: a topic's name, the window's length. */
export type FromParameter = z.infer<typeof fromParameter>;

/** The watermarks that a state names. */
export function watermarksOf(
  state: { readonly watermark?: FromParameter | readonly FromParameter[] | undefined } | undefined,
): readonly FromParameter[] {
  return [state?.watermark ?? []].flat();
}

export function resolveValue(
  source: string | FromParameter | undefined,
  parameters: Readonly<Record<string, unknown>>,
): string | null {
  if (source === undefined || typeof source === 'string') return source ?? null;
  const value = parameters[source.from.slice('parameters.'.length)];
  return value === null || value === undefined ? null : String(value);
}

/** The JSON Schema of a job file, for editors. */
export function jobJsonSchema(): object {
  return z.toJSONSchema(jobSchema, { io: 'input' });
}
