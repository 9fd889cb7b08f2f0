import { AqlError } from './aql-error.js';

export type Mark = '(' | ')' | '{{' | '}}' | ':' | '>=' | '<=' | '>' | '<' | 'AND' | 'OR' | 'NOT' | 'end';

export type Token =
  | { readonly kind: 'mark'; readonly mark: Mark; readonly at: number }
  | { readonly kind: 'word' | 'phrase'; readonly text: string; readonly at: number }
  | { readonly kind: 'range'; readonly from: string; readonly to: string; readonly at: number };

interface Rule {
  readonly pattern: RegExp;
  /** Undefined for text without a meaning here, such as blanks. */
  read(match: RegExpExecArray, at: number): Token | undefined;
}

const OPERATORS: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT']);

// Tried in this order at each place.
const RULES: readonly Rule[] = [
  { pattern: /\s+/y, read: () => undefined },
  // Weights and orders in a query are skipped: they do not change which stories fit, and the order is always by time.
  { pattern: /\^\d+(\.\d+)?|sort_by\([^()]*\)/y, read: () => undefined },
  { pattern: /\{\{|\}\}|>=|<=|[():<>]/y, read: ([mark], at) => ({ kind: 'mark', mark: mark as Mark, at }) },
  {
    pattern: /"((?:[^"\\]|\\.)*)"/y,
    read: ([, text = ''], at) => ({ kind: 'phrase', text: withoutEscapes(text), at }),
  },
  {
    pattern: /\[\s*(\S+)\s+TO\s+([^\s\]]+)\s*\]/y,
    read: ([, from = '', to = ''], at) => ({ kind: 'range', from, to, at }),
  },
  { pattern: /[^\s(){}[\]:"^<>]+/y, read: ([text], at) => readWord(text, at) },
];

/** @throws AqlError with the place that cannot be read */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const { token, next } = readToken(text, at);
    if (token) tokens.push(token);
    at = next;
  }
  return [...tokens, { kind: 'mark', mark: 'end', at }];
}

function readToken(text: string, at: number): { token: Token | undefined; next: number } {
  for (const { pattern, read } of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) return { token: read(match, at), next: pattern.lastIndex };
  }
  const rest = text.slice(at, at + 20);
  throw new AqlError(`cannot read \`${rest}\` at character ${at + 1}${hintFor(rest)}`);
}

function hintFor(rest: string): string {
  if (rest.startsWith('"')) return ': the quotation mark is not closed';
  if (rest.startsWith('[')) return ': a range is [a TO b]';
  return rest.startsWith('{') || rest.startsWith('}') ? ': braces come in pairs, as in {{id:Q246}}' : '';
}

function readWord(text: string, at: number): Token {
  if (OPERATORS.has(text)) return { kind: 'mark', mark: text as Mark, at };
  if (/^[-+!]/.test(text)) throw new AqlError(`\`${text}\` at character ${at + 1}: write NOT, AND and OR as words`);
  if (text !== '*' && /[*?]/.test(text)) {
    throw new AqlError(`\`${text}\` at character ${at + 1}: this emulator knows no wildcard but a single *`);
  }
  return { kind: 'word', text, at };
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
