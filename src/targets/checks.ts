import { MillraceError } from '../errors.js';
import type { Check } from './target.js';

export const GB = 1024 ** 3;
const NEEDED_MEMORY_GB = 4;

/** The check of what `look` finds; its error, where it throws one, says how to fix it. */
export async function runCheck(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, isOk: true, found: await look(), mend: '', isRequired: true };
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    return { name, isOk: false, found: error.message, mend: error.hint, isRequired: true };
  }
}

/** Too little memory is only a warning: the cluster may start all the same. */
export function checkMemory(name: string, bytes: number, fix: string): Check {
  const gigabytes = bytes / GB;
  const isOk = gigabytes >= NEEDED_MEMORY_GB;
  const found = `${gigabytes.toFixed(1)} GB${isOk ? '' : `, and the cluster with one job needs ${NEEDED_MEMORY_GB}`}`;
  return { name, isOk, found, mend: isOk ? '' : fix, isRequired: false };
}
