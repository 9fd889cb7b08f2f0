import { MillraceError } from '../errors.js';
import type { Check } from './target.js';

export const GB = 1024 ** 3;
const NEEDED_MEMORY_GB = 4;

/** A look that finds something, or fails with an error that says how to mend it. */
export async function attempt(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, isOk: true, found: await look(), mend: '', isRequired: true };
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    return { name, isOk: false, found: error.message, mend: error.hint, isRequired: true };
  }
}

/** Too little is worth knowing, and no reason to refuse a start. */
export function checkMemory(name: string, bytes: number, mend: string): Check {
  const gigabytes = bytes / GB;
  const isOk = gigabytes >= NEEDED_MEMORY_GB;
  const found = `${gigabytes.toFixed(1)} GB${isOk ? '' : `, and the cluster with one job wants ${NEEDED_MEMORY_GB}`}`;
  return { name, isOk, found, mend: isOk ? '' : mend, isRequired: false };
}
