import { type Secret, withoutSecrets } from './secret.js';

const LONGEST = 300;

/** Makes text from a server safe to quote in a message; null for what is neither text nor a number, or is blank. */
export type TextCleaner = (value: unknown) => string | null;

/** Gives one line of bounded length, without control characters and without the secrets known at that time. */
export function textCleaner(secrets: () => readonly Secret[]): TextCleaner {
  return (value) => {
    if (typeof value !== 'string' && typeof value !== 'number') return null;
    return inOneLine(withoutSecrets(String(value), secrets())) || null;
  };
}

// Characters of Cc and Cf, which \p{C} has, control terminals and the direction of writing.
function inOneLine(text: string): string {
  const line = text
    .slice(0, 4 * LONGEST)
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .trim();
  const letters = [...line];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : line;
}
