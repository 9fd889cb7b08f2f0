import { distance } from 'fastest-levenshtein';

const MOST = 3;

/** The candidates that may have been meant by a mistyped word: those that contain it, or are a typing error or two away. */
export function closest(word: string, candidates: readonly string[]): string[] {
  const wanted = word.toLowerCase();
  const allowed = Math.min(3, Math.ceil(wanted.length / 4));
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, errors: countErrors(wanted, candidate.toLowerCase()) }))
    .filter(({ errors }) => errors <= allowed)
    .sort((a, b) => a.errors - b.errors)
    .slice(0, MOST)
    .map(({ candidate }) => candidate);
}

function countErrors(word: string, candidate: string): number {
  return word.length > 1 && candidate.includes(word) ? 0 : distance(word, candidate);
}
