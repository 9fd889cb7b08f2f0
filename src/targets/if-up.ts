import { ClusterNotRunningError } from './target-errors.js';

/** The answer; undefined while no cluster is up. One whose state file was deleted counts as not up, even if it still runs. */
export async function ifUp<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ClusterNotRunningError) return undefined;
    throw error;
  }
}
