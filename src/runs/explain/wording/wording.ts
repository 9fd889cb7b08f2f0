import type { Evidence } from '../evidence.js';

/** A rule's finding in words. */
export interface Wording {
  /** The rule's name in the list of what was ruled out. */
  readonly name: string;
  /** One sentence. */
  words(evidence: Evidence): string;
  /** How the numbers lead to the finding, a line each. */
  details(evidence: Evidence): readonly string[];
}

export const noDetails = (): readonly string[] => [];
