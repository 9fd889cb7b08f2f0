import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reporter } from '../report/reporter.js';
import { locateIncoming } from './cache-layout.js';

// A pip or a Java that was aborted may live for another moment, and write a last file.
const PATIENT_REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 } as const;

/** Removes a folder or file with all that is in it; fine when it is not there. */
export function removeAll(path: string): Promise<void> {
  return rm(path, PATIENT_REMOVAL);
}

/** Removes what an earlier download left behind when it was killed. Call it with the provision lock held. */
export function clearIncoming(cacheFolder: string): Promise<void> {
  return removeAll(locateIncoming(cacheFolder));
}

/** Gives work a folder of its own in the cache and removes it afterwards, also when the work fails. */
export async function withIncoming<T>(
  { cacheFolder, report }: { cacheFolder: string; report: Reporter },
  work: (folder: string) => Promise<T>,
): Promise<T> {
  await mkdir(locateIncoming(cacheFolder), { recursive: true });
  const folder = await mkdtemp(join(locateIncoming(cacheFolder), 'work-'));
  try {
    return await work(folder);
  } finally {
    await removeAll(folder).catch((error: Error) => report.warn(`Could not remove ${folder}: ${error.message}`));
  }
}
