import { type Secret, withoutSecrets } from './secret.js';

const LONGEST = 300;

/** Reads somebody else's text or number as words of one of our sentences: null for anything else and for nothing. */
export type WordReader = (value: unknown) => string | null;

/** A reader of words in one line, without control characters, of bounded length, and without the secrets known at that time. */
export function wordReader(secrets: () => readonly Secret[]): WordReader {
  return (value) => {
    if (typeof value !== 'string' && typeof value !== 'number') return null;
    return inOneLine(withoutSecrets(String(value), secrets())) || null;
  };
}

// Cc and Cf, which are in C, steer terminals and turn the direction of writing.
function inOneLine(text: string): string {
  const line = text
    .slice(0, 4 * LONGEST)
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .trim();
  const letters = [...line];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : line;
}
