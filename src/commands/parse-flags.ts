import { InvalidArgumentError } from 'commander';

/** commander shows the message and ends with the usage exit code. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('Give a whole number above zero.');
}

/** For options that may be given several times. */
export function collect(text: string, earlier: readonly string[] = []): string[] {
  return [...earlier, text];
}

/** Zero is one, too. */
export function parseWholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('Give a whole number, zero or more.');
}

/** 0 asks the system for one that is free. */
export function parsePort(text: string): number {
  const port = parseWholeNumber(text);
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number up to 65535.');
}
