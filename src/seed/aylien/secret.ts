import { inspect } from 'node:util';

/** Text that only the caller of `reveal` sees: logs, errors, JSON and a debugger's print show `***`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}

/** Shorter texts are not taken out: they are hardly secret, and messages would lose parts of words. */
const SHORTEST = 4;

/** The text without any of the secrets, since a server's message may quote what was sent to it. */
export function withoutSecrets(text: string, secrets: readonly Secret[]): string {
  const found = secrets.map((secret) => secret.reveal()).filter((secret) => secret.length >= SHORTEST);
  // The longest first, since one may be a part of another.
  return found.sort((a, b) => b.length - a.length).reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
