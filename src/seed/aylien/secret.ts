import { inspect } from 'node:util';

/** Text that shows itself to nobody but the caller of `reveal`: not to a log, an error, JSON or a debugger's print. */
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

/** A shorter one is no secret, and taking it out would take messages apart. */
const SHORTEST = 4;

/** The text without any of the secrets: a server's message may repeat what was sent to it. */
export function withoutSecrets(text: string, secrets: readonly Secret[]): string {
  const found = secrets.map((secret) => secret.reveal()).filter((secret) => secret.length >= SHORTEST);
  // The longest first: one may be a part of another.
  return found.sort((a, b) => b.length - a.length).reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
