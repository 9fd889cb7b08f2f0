/**
 * A command of ours to be pasted next, sent where this one was sent: `told` are the options that said so, such as
 * `--project /elsewhere`. What the command says itself it keeps.
 */
export function carryOn(command: string, told: readonly string[]): string {
  return splitAt(' && ', command)
    .map((part) => (part.startsWith('millrace ') ? addOptions(part, told) : part))
    .join(' && ');
}

/** The same for each command that stands in a text in backticks; a process that is called by its command is none. */
export function carryOnIn(text: string, told: readonly string[]): string {
  return text.replace(/`(millrace [^`]+)`(?! \(process)/g, (_, command: string) => `\`${carryOn(command, told)}\``);
}

/** Before ` -- `, behind which everything belongs to a script. */
function addOptions(command: string, told: readonly string[]): string {
  const [own = '', ...rest] = splitAt(' -- ', command);
  const words = splitAt(' ', own);
  const missing = told.filter((option) => !words.includes(splitAt(' ', option)[0] ?? ''));
  return [[own, ...missing].join(' '), ...rest].join(' -- ');
}

/** Where the text stands outside of a shell's quotes: a folder may be called ` -- `. */
function splitAt(text: string, command: string): string[] {
  const parts = [''];
  for (let at = 0; at < command.length; ) {
    const [quoted = ''] = /^(?:\\.|'[^']*')/.exec(command.slice(at)) ?? [];
    const isHere = quoted === '' && command.startsWith(text, at);
    if (isHere) parts.push('');
    else parts[parts.length - 1] += quoted || command.charAt(at);
    at += isHere ? text.length : quoted.length || 1;
  }
  return parts;
}
