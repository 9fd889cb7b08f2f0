/**
 * A command of ours to be pasted next, sent where this one was sent: `told` are the options that said so, such as
 * `--project /elsewhere`. What the command says itself it keeps.
 */
export function carryOn(command: string, told: readonly string[]): string {
  return command
    .split(' && ')
    .map((part) => (part.startsWith('millrace ') ? told.reduce(addOption, part) : part))
    .join(' && ');
}

/** The same for each command that stands in a text in backticks; a process that is called by its command is none. */
export function carryOnIn(text: string, told: readonly string[]): string {
  return text.replace(/`(millrace [^`]+)`(?! \(process)/g, (_, command: string) => `\`${carryOn(command, told)}\``);
}

/** Before ` -- `, behind which everything belongs to a script. */
function addOption(command: string, option: string): string {
  const [own = '', ...rest] = command.split(' -- ');
  const [flag = ''] = option.split(' ');
  return [own.split(' ').includes(flag) ? own : `${own} ${option}`, ...rest].join(' -- ');
}
