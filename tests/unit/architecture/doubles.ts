import { exportsOf, scanSource } from '../source-scan.js';
import type { SourceFile } from './sources.js';

/** A name that several files define and export, each with a meaning of its own. */
export interface Double {
  readonly name: string;
  readonly files: readonly string[];
}

export function findDoubles(sources: readonly SourceFile[]): Double[] {
  const found = new Map<string, string[]>();
  for (const { file, text } of sources) {
    for (const name of exportsOf(scanSource(text))) found.set(name, [...(found.get(name) ?? []), file]);
  }
  return [...found].filter(([, files]) => files.length > 1).map(([name, files]) => ({ name, files }));
}
