/** Top-level names of the modules of absolute imports. Relative imports are not needed: they stay in the same package. */
export function importedModules(source: string): Set<string> {
  const statements = source.replace(/\\\r?\n/g, ' ').split(/[\n;:]/); // `try: import a; import b`
  return new Set(statements.flatMap(modulesOf).map((module) => module.split('.')[0] ?? ''));
}

function modulesOf(statement: string): string[] {
  const [, plain] = /^\s*import\s+([^#]+)/u.exec(statement) ?? [];
  if (plain !== undefined) return plain.split(',').map((part) => part.trim().split(/\s/)[0] ?? '');
  const [, from] = /^\s*from\s+([\p{L}_][\p{L}\p{N}_.]*)\s+import\b/u.exec(statement) ?? [];
  return from === undefined ? [] : [from];
}

/** Whether a source reads or writes a stream; comments do not count. */
export function isStreaming(source: string): boolean {
  return /\.\s*(readStream|writeStream)\b/.test(source.replace(/(^|\s)#.*$/gm, ''));
}
