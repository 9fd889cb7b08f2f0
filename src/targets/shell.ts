/** The words as one line that can be pasted into a shell. */
export function toShell(line: readonly string[]): string {
  return line.map(quote).join(' ');
}

/** One word, in quotes where a shell would interpret a character of it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Variables of an environment as arguments of `env`. */
export function toAssignments(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(environment).map(([name, value]) => `${name}=${value}`);
}
