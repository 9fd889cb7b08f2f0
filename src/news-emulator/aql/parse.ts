import { AqlError } from './aql-error.js';
import { type Mark, type Token, tokenize } from './tokens.js';

export type Comparison = '>=' | '<=' | '>' | '<';

/** A query as a tree. A leaf is about the field of the nearest `field` node above it. */
export type Query =
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Query[] }
  | { readonly kind: 'not' | 'nested'; readonly part: Query }
  | { readonly kind: 'field'; readonly field: string; readonly part: Query }
  | { readonly kind: 'term'; readonly text: string }
  | { readonly kind: 'anything' }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly bound: string }
  | { readonly kind: 'range'; readonly from: string; readonly to: string };

/** The operator between two terms without one. */
export type ListOperator = 'or' | 'and';

/** @throws AqlError */
export function parseAql(text: string, listOperator: ListOperator): Query {
  const parser = new Parser(tokenize(text), listOperator);
  return parser.parse();
}

const COMPARISONS: readonly Mark[] = ['>=', '<=', '>', '<'];
const NO_START: readonly Mark[] = [')', '}}', ':', 'AND', 'OR', 'end'];

/** A recursive descent parser: `any` consists of `all`, `all` of `unary`, and `unary` of fields, groups and leaves. */
class Parser {
  private at = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly listOperator: ListOperator,
  ) {}

  parse(): Query {
    const query = this.any();
    this.expect('end');
    return query;
  }

  private any(): Query {
    const parts = [this.all()];
    while (this.take('OR') || (this.listOperator === 'or' && this.canStart())) parts.push(this.all());
    return join('any', parts);
  }

  private all(): Query {
    const parts = [this.unary()];
    // `a NOT b` means a without b, even if a list means OR.
    while (this.take('AND') || this.is('NOT') || (this.listOperator === 'and' && this.canStart())) {
      parts.push(this.unary());
    }
    return join('all', parts);
  }

  private unary(): Query {
    return this.take('NOT') ? { kind: 'not', part: this.unary() } : this.primary();
  }

  private primary(): Query {
    if (this.take('(')) return this.closed(')');
    if (this.take('{{')) return { kind: 'nested', part: this.closed('}}') };
    const token = this.next();
    if (token.kind === 'range') return { kind: 'range', from: token.from, to: token.to };
    if (token.kind === 'mark') return this.comparison(token.mark, token);
    if (token.kind === 'word' && this.take(':')) return { kind: 'field', field: token.text, part: this.primary() };
    return token.kind === 'word' && token.text === '*' ? { kind: 'anything' } : { kind: 'term', text: token.text };
  }

  private comparison(mark: Mark, token: Token): Query {
    const bound = this.tokens[this.at];
    if (!COMPARISONS.includes(mark)) throw unexpected(token);
    if (bound?.kind !== 'word' && bound?.kind !== 'phrase') throw unexpected(bound);
    this.at += 1;
    return { kind: 'compare', operator: mark as Comparison, bound: bound.text };
  }

  private closed(mark: Mark): Query {
    const inner = this.any();
    this.expect(mark);
    return inner;
  }

  private next(): Token {
    const token = this.tokens[this.at];
    if (token === undefined || !this.canStart()) throw unexpected(token);
    this.at += 1;
    return token;
  }

  private is(mark: Mark): boolean {
    const token = this.tokens[this.at];
    return token?.kind === 'mark' && token.mark === mark;
  }

  private take(mark: Mark): boolean {
    const isIt = this.is(mark);
    if (isIt) this.at += 1;
    return isIt;
  }

  private expect(mark: Mark): void {
    if (!this.take(mark)) throw unexpected(this.tokens[this.at], mark);
  }

  private canStart(): boolean {
    return !NO_START.some((mark) => this.is(mark));
  }
}

function join(kind: 'all' | 'any', parts: readonly Query[]): Query {
  const [only] = parts;
  return only && parts.length === 1 ? only : { kind, parts };
}

function unexpected(token: Token | undefined, wanted?: Mark): AqlError {
  const wants = wanted && wanted !== 'end' ? `, where \`${wanted}\` was expected` : '';
  if (token === undefined || (token.kind === 'mark' && token.mark === 'end')) {
    return new AqlError(`the query ends too early${wants}`);
  }
  return new AqlError(`unexpected ${describe(token)} at character ${token.at + 1}${wants}`);
}

function describe(token: Token): string {
  if (token.kind === 'range') return 'range';
  return `\`${token.kind === 'mark' ? token.mark : token.text}\``;
}
