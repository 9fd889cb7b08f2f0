import type { Evidence } from '../evidence.js';

/** What a rule's finding is in words. */
export interface Wording {
  /** How the list of what was ruled out calls it. */
  readonly name: string;
  /** One sentence. */
  words(evidence: Evidence): string;
  /** How the numbers lead to it, a line each. */
  details(evidence: Evidence): readonly string[];
}

export const noDetails = (): readonly string[] => [];
