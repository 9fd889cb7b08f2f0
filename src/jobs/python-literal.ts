import { UsageError } from '../errors.js';

export type LiteralKind = 'string' | 'integer' | 'float' | 'boolean';
export type LiteralValue = string | number | boolean | null;

/**
 * Writes a value as a Python literal in ASCII, so that no value can change the shape of the script that it is put into.
 * @throws UsageError for text that a Python script cannot contain: NUL and lone surrogates
 */
export function toPythonLiteral(value: LiteralValue | undefined, kind: LiteralKind): string {
  if (value === undefined) throw new Error('a slot of the template has no value');
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return kind === 'float' ? pythonFloat(value) : pythonInteger(value);
  return pythonString(value);
}

function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return `float("${String(value).replace('Infinity', 'inf').replace('NaN', 'nan')}")`;
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function pythonInteger(value: number): string {
  if (!Number.isSafeInteger(value)) throw new UsageError(`${value} is not a whole number`, 'Give a whole number.');
  return String(value);
}

const NAMED: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function pythonString(text: string): string {
  return `"${[...text].map(pythonCharacter).join('')}"`;
}

/** By code point: Python would read the surrogate pairs of JSON as two characters, both invalid. */
function pythonCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0) throw new UsageError('A value has a NUL character in it', 'Take the NUL out of it.');
  if (code >= 0xd800 && code <= 0xdfff)
    throw new UsageError('A value has half a character in it (a lone surrogate)', 'Fix the text.');
  const named = NAMED[character];
  if (named) return named;
  if (code >= 0x20 && code < 0x7f) return character;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
