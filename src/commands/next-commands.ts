import { addGlobalOptions } from '../report/add-global-options.js';
import { quote, toShell } from '../targets/shell.js';
import type { CommandContext } from './command-context.js';

/** The flags `--project` and `--target` of this command, as options for the next one. */
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

/** A millrace command that can be pasted: `millrace topic tail other --project /elsewhere`. */
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

/** The last lines of a result: what to do next, the likeliest first. */
export function describeNext(steps: readonly NextStep[]): string[] {
  const width = Math.max(...steps.map(({ command }) => command.length));
  return steps.map(({ command, does = '' }, index) =>
    `  ${index === 0 ? 'Next' : '    '}  ${command.padEnd(width)}   ${does}`.trimEnd(),
  );
}
