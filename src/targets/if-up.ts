import { ClusterNotRunningError } from './target-errors.js';

/** Undefined while no cluster runs, or none that is known: what runs on after its state file was deleted is not asked. */
export async function ifUp<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ClusterNotRunningError) return undefined;
    throw error;
  }
}
