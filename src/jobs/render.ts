import Handlebars from 'handlebars';
import { UsageError } from '../errors.js';
import type { JobDefinition } from './job-definition.js';
import { literalKind, type ParameterValues } from './parameters.js';
import { type LiteralKind, type LiteralValue, toPythonLiteral } from './python-literal.js';

/** Where a script reads, writes and reports. Every template may use these as slots, beside the parameters of its job. */
export interface RunValues {
  readonly appName: string;
  readonly bootstrapServers: string;
  readonly runFolder: string;
  readonly [slot: string]: LiteralValue;
}

interface Slot {
  readonly value: LiteralValue;
  readonly kind: LiteralKind;
}

/**
 * Renders a job's template. Values enter only as Python literals; the same input renders the same bytes.
 * @throws UsageError when a slot is not `{{py name}}` with a known name, or a value cannot be written in Python
 */
export function renderJob(job: JobDefinition, template: string, parameters: ParameterValues, run: RunValues): string {
  const slots: Record<string, Slot> = Object.create(null);
  for (const [name, value] of Object.entries(run)) slots[name] = { value, kind: kindOf(value) };
  for (const [name, parameter] of Object.entries(job.parameters)) {
    slots[name] = { value: parameters[name] as LiteralValue, kind: literalKind(parameter) };
  }
  checkSlots(job, template, slots);
  const engine = Handlebars.create();
  engine.registerHelper('py', (slot: Slot | undefined) => toPythonLiteral(slot?.value, slot?.kind ?? 'string'));
  const render = engine.compile(template, {
    noEscape: true,
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: { py: true },
  });
  try {
    return render(slots);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `The template ${job.template} cannot be rendered: ${(error as Error).message}`,
      'A slot is the right-hand side of a constant: NAME = {{py name}}.',
    );
  }
}

const SLOT = /^\w+ = \{\{py ([A-Za-z]\w*)\}\}$/gm;

/** Any other tag would put unquoted text into the script; in any other place the quotes of a literal could end a string. */
function checkSlots(job: JobDefinition, template: string, slots: Readonly<Record<string, Slot>>): void {
  for (const [, name = ''] of template.matchAll(SLOT)) {
    if (name in slots) continue;
    const known = `It may use ${Object.keys(slots).join(', ')}.`;
    throw new UsageError(`The template ${job.template} uses the slot \`${name}\`, which has no value`, known);
  }
  const others = template.replaceAll(SLOT, '');
  for (const [tag] of others.matchAll(/\{\{.*?\}\}+/gs)) {
    throw new UsageError(
      `The template ${job.template} holds \`${tag}\``,
      'A slot is the right-hand side of a constant: NAME = {{py name}}.',
    );
  }
}

function kindOf(value: LiteralValue): LiteralKind {
  if (typeof value === 'number') return 'integer';
  return typeof value === 'boolean' ? 'boolean' : 'string';
}
