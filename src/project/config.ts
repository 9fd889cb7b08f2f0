import { parse } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../errors.js';
import { readTextIfThere } from './atomic-file.js';
import type { ProjectFolder } from './project-folder.js';

const port = z.number().int().min(1).max(65_535);

const portsSchema = z.strictObject(
  {
    broker: port.default(9092),
    controller: port.default(9093),
    master: port.default(7077),
    masterUi: port.default(8080),
    workerUi: port.default(8081),
  },
  { error: ({ code }) => (code === 'invalid_type' ? 'write `auto`, or ports such as {broker: 9092}' : undefined) },
);

const configSchema = z.strictObject({
  /** `auto`: what the last `cluster up` took, else Docker where an engine answers, else local. */
  target: z.string().default('auto'),
  workers: z.number().int().min(1).max(16).default(2),
  workerCores: z.number().int().min(1).max(64).default(2),
  workerMemoryMb: z.number().int().min(512).optional(),
  /** The usual ports, or `auto` for free ones: two projects side by side, tests, the demo. */
  ports: z.union([z.literal('auto'), portsSchema]).default(() => portsSchema.parse({})),
  java: z.string().optional(),
  python: z.string().optional(),
  mirrors: z
    .strictObject({
      maven: z.string().optional(),
      /** In front of the names of public images: `registry.example.com/hub`. */
      images: z
        .string()
        .regex(/^[\w.:-]+(\/[\w.-]+)*$/, 'write a registry and a path, such as registry.example.com/hub')
        .optional(),
    })
    .default({}),
  /** Where the broker keeps its metadata; on target docker only. */
  coordination: z.enum(['kraft', 'zookeeper']).default('kraft'),
  /** A Spark that is not the pinned one; on target docker only. */
  sparkVersion: z
    .string('write a version such as 3.5.8')
    .regex(/^\d+\.\d+\.\d+$/, 'write a version such as 3.5.8')
    .optional(),
  /** Starts versions that have known advisories. */
  allowVulnerable: z.boolean().default(false),
});

export type Config = z.infer<typeof configSchema> & {
  /** Settings that the user has given; the others have their defaults, and a running cluster may keep what it was started with. */
  readonly said: readonly string[];
};

/** The settings that flags may give; their names are those of the file. */
export type ConfigOverrides = {
  [Key in keyof z.input<typeof configSchema>]?: z.input<typeof configSchema>[Key] | undefined;
};

const ENVIRONMENT: ReadonlyArray<{ name: string; path: readonly [string, string?]; isNumber?: true }> = [
  { name: 'MILLRACE_TARGET', path: ['target'] },
  { name: 'MILLRACE_WORKERS', path: ['workers'], isNumber: true },
  { name: 'MILLRACE_WORKER_CORES', path: ['workerCores'], isNumber: true },
  { name: 'MILLRACE_WORKER_MEMORY_MB', path: ['workerMemoryMb'], isNumber: true },
  { name: 'MILLRACE_PORTS', path: ['ports'] },
  { name: 'MILLRACE_PORTS_BROKER', path: ['ports', 'broker'], isNumber: true },
  { name: 'MILLRACE_PORTS_MASTER', path: ['ports', 'master'], isNumber: true },
  { name: 'MILLRACE_JAVA', path: ['java'] },
  { name: 'MILLRACE_PYTHON', path: ['python'] },
  { name: 'MILLRACE_MIRRORS_MAVEN', path: ['mirrors', 'maven'] },
  { name: 'MILLRACE_MIRRORS_IMAGES', path: ['mirrors', 'images'] },
  { name: 'MILLRACE_COORDINATION', path: ['coordination'] },
  { name: 'MILLRACE_SPARK_VERSION', path: ['sparkVersion'] },
];

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigSources {
  readonly env: Environment;
  readonly flags: ConfigOverrides;
  /** Names of the targets that there are. */
  readonly targets: readonly string[];
}

/**
 * The project's configuration: defaults < millrace.yaml < environment (MILLRACE_…) < flags.
 * @throws UsageError naming every mistake at once
 */
export async function loadConfig(project: ProjectFolder, { env, flags, targets }: ConfigSources): Promise<Config> {
  const file = await readConfigFile(project.configFile);
  const given = { ...file, ...fromEnvironment(file, env), ...withoutUndefined(flags) };
  const parsed = configSchema.extend({ target: z.enum([...targets, 'auto']).default('auto') }).safeParse(given);
  if (parsed.success) return { ...parsed.data, said: Object.keys(given) };
  const mistakes = parsed.error.issues.flatMap((issue) => describeIssue(issue));
  throw new UsageError(
    `The configuration has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes.join('\n')}`,
    `Fix ${project.configFile}, the MILLRACE_… variables or the flags; docs/configuration.md lists all settings.`,
  );
}

/** One line for each mistake. Where a setting has alternatives (`auto` or ports), those of the last one, which has parts. */
function describeIssue(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): string[] {
  const path = [...above, ...issue.path];
  const alternative = issue.code === 'invalid_union' ? issue.errors.at(-1) : undefined;
  if (alternative) return alternative.flatMap((inner) => describeIssue(inner, path));
  return [`  ${path.join('.') || 'the whole'}: ${issue.message}`];
}

async function readConfigFile(path: string): Promise<Record<string, unknown>> {
  const text = await readTextIfThere(path);
  try {
    const value: unknown = text === undefined ? {} : (parse(text) ?? {});
    if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
    throw new Error('it is not a list of settings');
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    throw new UsageError(
      `${path} cannot be read as YAML: ${reason}`,
      'Fix that line; docs/configuration.md has an example.',
    );
  }
}

function fromEnvironment(file: Record<string, unknown>, env: Environment): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const { name, path, isNumber } of ENVIRONMENT) {
    const text = env[name];
    if (text === undefined || text === '') continue;
    const value = isNumber ? Number(text) : text;
    const [key, inner] = path;
    const outer = found[key] ?? file[key];
    found[key] = inner === undefined ? value : { ...(typeof outer === 'object' ? outer : {}), [inner]: value };
  }
  return found;
}

function withoutUndefined(flags: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}
