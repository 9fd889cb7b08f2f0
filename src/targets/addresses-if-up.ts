import type { Addresses, Target } from './target.js';
import { ClusterNotRunningError } from './target-errors.js';

/** Undefined while no cluster runs, or none that is known: what runs on after its state file was deleted is not asked. */
export async function addressesIfUp(target: Pick<Target, 'addresses'>): Promise<Addresses | undefined> {
  try {
    return await target.addresses();
  } catch (error) {
    if (error instanceof ClusterNotRunningError) return undefined;
    throw error;
  }
}
