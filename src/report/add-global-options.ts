/**
 * A millrace command to be pasted next, with the global options of this one, such as `--project /elsewhere`. Options that the
 * command has itself are kept.
 */
export function addGlobalOptions(command: string, globalOptions: readonly string[]): string {
  return splitAt(' && ', command)
    .map((part) => (part.startsWith('millrace ') ? addOptions(part, globalOptions) : part))
    .join(' && ');
}

/** The same for each command in backticks in a text; a command that only names a process, `millrace …` (process 1), is left as it is. */
export function addGlobalOptionsIn(text: string, globalOptions: readonly string[]): string {
  return text.replace(
    /`(millrace [^`]+)`(?! \(process)/g,
    (_, command: string) => `\`${addGlobalOptions(command, globalOptions)}\``,
  );
}

/** They go before ` -- `: everything behind it belongs to a script. */
function addOptions(command: string, globalOptions: readonly string[]): string {
  const [own = '', ...rest] = splitAt(' -- ', command);
  const words = splitAt(' ', own);
  const missing = globalOptions.filter((option) => !words.includes(splitAt(' ', option)[0] ?? ''));
  return [[own, ...missing].join(' '), ...rest].join(' -- ');
}

/** Splits a command at a text, but not inside quotes: a folder may be called ` -- `. */
function splitAt(separator: string, command: string): string[] {
  const parts = [''];
  for (let at = 0; at < command.length; ) {
    const [quoted = ''] = /^(?:\\.|'[^']*')/.exec(command.slice(at)) ?? [];
    const isHere = quoted === '' && command.startsWith(separator, at);
    if (isHere) parts.push('');
    else parts[parts.length - 1] += quoted || command.charAt(at);
    at += isHere ? separator.length : quoted.length || 1;
  }
  return parts;
}
