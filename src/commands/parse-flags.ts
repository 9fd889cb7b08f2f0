import { InvalidArgumentError } from 'commander';

/** A number above zero. @throws InvalidArgumentError, which ends the command with the exit code for usage */
export function parseCount(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Give a whole number above zero.');
}

/** Collects the values of an option that may be given several times. */
export function collect(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, text];
}

/** A number, zero included. @throws InvalidArgumentError */
export function parseWholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Give a whole number, zero or more.');
}

/** A port; 0 lets the system choose a free one. @throws InvalidArgumentError */
export function parsePort(text: string): number {
  const port = parseWholeNumber(text);
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number up to 65535.');
}
