import { addGlobalOptions } from '../report/carry-on.js';
import { quote, toShell } from '../targets/shell.js';
import type { CommandContext } from './command-context.js';

/** What said by flags where a command goes, as options for the next one. */
export function globalOptionsOf({
  project,
  target,
}: {
  readonly project?: string;
  readonly target?: string;
}): string[] {
  return [
    ...(project === undefined ? [] : [`--project ${quote(project)}`]),
    ...(target === undefined ? [] : [`--target ${quote(target)}`]),
  ];
}

/** A command of ours as it can be pasted: `millrace topic tail other --project /elsewhere`. */
export function nextCommand(
  { globalOptions }: Pick<CommandContext, 'globalOptions'>,
  ...words: readonly string[]
): string {
  return addGlobalOptions(toShell(['millrace', ...words]), globalOptions);
}

export interface NextStep {
  readonly command: string;
  readonly does?: string;
}

/** The lines that a result ends with: what to do with it, the likeliest first. */
export function describeNext(steps: readonly NextStep[]): string[] {
  const width = Math.max(...steps.map(({ command }) => command.length));
  return steps.map(({ command, does = '' }, index) =>
    `  ${index === 0 ? 'Next' : '    '}  ${command.padEnd(width)}   ${does}`.trimEnd(),
  );
}
