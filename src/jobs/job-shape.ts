import { z } from 'zod';
import { refusalSchema } from './refusals.js';

const memory = z.string().regex(/^\d+[mg]$/, 'write for example 512m or 1g');

const parameterSchema = z.strictObject({
  type: z.enum(['string', 'integer', 'float', 'boolean', 'interval', 'topic', 'date']),
  default: z.union([z.string(), z.number(), z.boolean(), z.null()]),
  description: z.string(),
  choices: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});

const parameterName = z.string().regex(/^parameters\.[A-Za-z]\w*$/, 'write parameters.<name>');
const fromParameter = z.strictObject({ from: parameterName });
const topic = z.union([z.string(), fromParameter]);
const writtenTopic = z.union([
  z.string(),
  fromParameter.extend({
    /** The streaming query that writes it. */
    query: z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/, 'write small letters, digits and dashes')
      .refine((query) => !['parquet', 'dead-letters'].includes(query), 'every stream has a query of that name')
      .default('topic'),
    /** It is written only where this parameter is set. */
    if: parameterName.optional(),
  }),
]);

/** The form of a job file; job-definition.ts checks that its names fit together. */
export const jobShape = z.strictObject({
  description: z.string(),
  /** The command that starts the job, where its parameters alone do not suffice. */
  startedBy: z.string().optional(),
  kind: z.enum(['streaming', 'batch']),
  template: z.string().regex(/^[\w.-]+\.py\.hbs$/, 'names a file in templates/ that ends in .py.hbs'),
  reads: z.array(topic).default([]),
  writes: z.array(writtenTopic).default([]),
  parameters: z
    .record(z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'write names in camelCase'), parameterSchema)
    .default({}),
  refuse: z.array(refusalSchema).default([]),
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
      session: fromParameter.optional(),
      /** One for all, or a list with one for each of `reads`, in their order. */
      watermark: z.union([fromParameter, z.array(fromParameter)]).optional(),
    })
    .optional(),
});

export type JobShape = z.infer<typeof jobShape>;
export type JobParameter = z.infer<typeof parameterSchema>;

/** A value of the definition that may come from a parameter: a topic's name, the window's length. */
export type FromParameter = z.infer<typeof fromParameter>;

/** The name in `parameters.<name>`. */
export function parameterOf(from: string): string {
  return from.slice('parameters.'.length);
}

/** Names that every object has do not count: `constructor` is no parameter. */
export function findParameter(parameters: JobShape['parameters'], name: string): JobParameter | undefined {
  return Object.hasOwn(parameters, name) ? parameters[name] : undefined;
}
