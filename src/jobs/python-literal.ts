import { UsageError } from '../errors.js';

export type LiteralKind = 'string' | 'integer' | 'float' | 'boolean';
export type LiteralValue = string | number | boolean | null;

/**
 * Spells a value as a Python literal, ASCII only, so that no value can change the shape of the script it enters.
 * @throws UsageError for text that Python source cannot hold: NUL and lone surrogates
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

/** By code point: JSON's surrogate pairs would be two lone surrogates to Python. */
function pythonCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0) throw new UsageError('A value holds a NUL character', 'Take the NUL out of it.');
  if (code >= 0xd800 && code <= 0xdfff)
    throw new UsageError('A value holds half a character (a lone surrogate)', 'Mend the text.');
  const named = NAMED[character];
  if (named) return named;
  if (code >= 0x20 && code < 0x7f) return character;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
