import { UsageError } from '../errors.js';
import { parseDurationMs, toSparkInterval } from '../project/duration.js';
import type { JobDefinition, JobParameter } from './job-definition.js';
import { findParameter } from './job-shape.js';
import type { LiteralKind, LiteralValue } from './python-literal.js';

export type ParameterValues = Readonly<Record<string, LiteralValue>>;

/** A value of each type, as it is written on the command line. */
const EXAMPLES: Readonly<Record<JobParameter['type'], string>> = {
  string: 'some text',
  topic: 'my-topic',
  integer: '12',
  float: '0.5',
  boolean: 'true or false',
  date: '2001-12-31',
  interval: "500ms, 10s or '10 seconds'",
};

/**
 * The values of the job's parameters: those of `--set name=value`, else the defaults. Each is checked against its type, bounds and
 * choices.
 * @throws UsageError
 */
export function resolveParameters(job: JobDefinition, settings: readonly string[]): ParameterValues {
  const values: Record<string, LiteralValue> = {};
  for (const [name, parameter] of Object.entries(job.parameters)) values[name] = readDefault(name, parameter);
  for (const setting of settings) {
    const [name, text] = splitSetting(setting);
    values[name] = readValue(name, requireParameter(job, name), text);
  }
  return values;
}

/** The parameters that `--set` names. */
export function namesGiven(settings: readonly string[]): string[] {
  return settings.map((setting) => splitSetting(setting)[0]);
}

export function literalKind({ type }: JobParameter): LiteralKind {
  return type === 'interval' || type === 'topic' || type === 'date' ? 'string' : type;
}

function splitSetting(setting: string): [string, string] {
  const at = setting.indexOf('=');
  if (at > 0) return [setting.slice(0, at), setting.slice(at + 1)];
  throw new UsageError(`\`--set ${setting}\` has no \`name=value\``, "Write for example --set window='10 seconds'.");
}

function requireParameter(job: JobDefinition, name: string): JobParameter {
  const parameter = findParameter(job.parameters, name);
  if (parameter) return parameter;
  const known = Object.keys(job.parameters).join(', ') || 'none';
  throw new UsageError(
    `The job ${job.name} has no parameter \`${name}\``,
    `Its parameters are: ${known}. \`millrace job show ${job.name}\` describes them.`,
  );
}

function readDefault(name: string, parameter: JobParameter): LiteralValue {
  return parameter.default === null ? null : readValue(name, parameter, String(parameter.default));
}

function readValue(name: string, parameter: JobParameter, text: string): LiteralValue {
  if (text === '' && parameter.default === null) return null;
  const value = convert(name, parameter, text);
  const { choices, minimum, maximum } = parameter;
  if (choices && !choices.includes(String(value))) refuse(name, text, `one of ${choices.join(', ')}`);
  if (typeof value === 'number') {
    if (minimum !== undefined && value < minimum) refuse(name, text, `at least ${minimum}`);
    if (maximum !== undefined && value > maximum) refuse(name, text, `at most ${maximum}`);
  }
  return value;
}

function convert(name: string, { type }: JobParameter, text: string): LiteralValue {
  const expected = `${type === 'integer' ? 'a whole number' : `a value of type ${type}`}, such as ${EXAMPLES[type]}`;
  switch (type) {
    case 'string':
      return text;
    case 'topic':
      return /^[a-zA-Z0-9._-]{1,249}$/.test(text) ? text : refuse(name, text, expected);
    case 'date':
      return isDate(text) ? text : refuse(name, text, expected);
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : refuse(name, text, expected);
    case 'integer':
      return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : refuse(name, text, expected);
    case 'float':
      return /^-?\d+(\.\d+)?(e-?\d+)?$/i.test(text) && Number.isFinite(Number(text))
        ? Number(text)
        : refuse(name, text, expected);
    case 'interval':
      return toSparkInterval(readInterval(name, text, expected));
  }
}

/** A day that the calendar has, in four, two and two digits. */
function isDate(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

function readInterval(name: string, text: string, expected: string): number {
  try {
    return parseDurationMs(text);
  } catch (error) {
    if (error instanceof UsageError) return refuse(name, text, expected);
    throw error;
  }
}

function refuse(name: string, text: string, expected: string): never {
  throw new UsageError(`\`${text}\` does not fit the parameter ${name}`, `Give ${expected}.`);
}
