import { parseDateMath } from '../../news-api/date-math.js';
import type { Story } from '../../news-api/story.js';
import { AqlError } from './aql-error.js';
import { type Field, type Fields, STORY_FIELDS } from './fields.js';
import type { Comparison, Query } from './parse.js';

export type Predicate<Subject> = (subject: Subject) => boolean;

/** The field that a part of a query is about, and the fields that it may name. */
interface Scope<Subject> {
  readonly fields: Fields<Subject>;
  readonly field: Field<Subject>;
  readonly name: string;
  readonly now: Date;
}

/**
 * A test for stories. Terms without a field are about `defaultField`.
 * @throws AqlError for a field that does not exist, and for a value that its field cannot have
 */
export function compileAql(query: Query, defaultField: string, now: Date): Predicate<Story> {
  return compile(query, scopeOf(defaultField, STORY_FIELDS, now));
}

function compile<S>(query: Query, scope: Scope<S>): Predicate<S> {
  switch (query.kind) {
    case 'all':
      return every(query.parts.map((part) => compile(part, scope)));
    case 'any':
      return any(query.parts.map((part) => compile(part, scope)));
    case 'not':
      return negate(compile(query.part, scope));
    case 'field':
      return compile(query.part, scopeOf(query.field, scope.fields, scope.now));
    case 'nested':
      return compileNested(query.part, scope);
    case 'anything':
      return (subject) => scope.field.read(subject).length > 0;
    case 'term':
      return compileTerm(query.text, scope);
    case 'compare':
      return compileBounds(scope, [[query.operator, query.bound]]);
    case 'range':
      return compileBounds(scope, boundsOf(query.from, query.to));
  }
}

const every =
  <S>(tests: ReadonlyArray<Predicate<S>>): Predicate<S> =>
  (subject) =>
    tests.every((test) => test(subject));
const any =
  <S>(tests: ReadonlyArray<Predicate<S>>): Predicate<S> =>
  (subject) =>
    tests.some((test) => test(subject));
const negate =
  <S>(test: Predicate<S>): Predicate<S> =>
  (subject) =>
    !test(subject);

function scopeOf<S>(name: string, fields: Fields<S>, now: Date): Scope<S> {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field) throw new AqlError(`there is no field \`${name}\` here; there are: ${Object.keys(fields).join(', ')}`);
  return { fields, field, name, now };
}

/** `{{ }}`: whether one item fits the whole part. */
function compileNested<S>(part: Query, { field, name, now }: Scope<S>): Predicate<S> {
  const { nested } = field;
  if (!nested) throw new AqlError(`{{ }} belongs behind entities:, categories: or industries:, not behind ${name}:`);
  const fits = compile(part, scopeOf(nested.defaultField, nested.fields, now));
  return (subject) => nested.any(subject, fits);
}

function compileTerm<S>(text: string, scope: Scope<S>): Predicate<S> {
  const { field } = scope;
  if (field.kind === 'text') {
    const pattern = wordsPattern(text);
    return (subject) => field.read(subject).some((value) => pattern.test(String(value)));
  }
  if (field.kind === 'keyword') return (subject) => field.read(subject).some((value) => String(value) === text);
  const wanted = readBound(text, scope);
  return (subject) => field.read(subject).includes(wanted);
}

/** The words of a term as whole words, one after another, in upper or lower case. That accents count is [INF]. */
function wordsPattern(text: string): RegExp {
  const words = text.match(/[\p{L}\p{N}]+/gu);
  if (!words) throw new AqlError(`there is no word in \`${text}\``);
  return new RegExp(`(?<![\\p{L}\\p{N}])${words.join('[^\\p{L}\\p{N}]+')}(?![\\p{L}\\p{N}])`, 'iu');
}

type Bound = readonly [operator: Comparison, bound: string];

function boundsOf(from: string, to: string): Bound[] {
  const bounds: Bound[] = [
    ['>=', from],
    ['<=', to],
  ];
  return bounds.filter(([, bound]) => bound !== '*');
}

const COMPARE: Readonly<Record<Comparison, (value: number, bound: number) => boolean>> = {
  '>=': (value, bound) => value >= bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '<': (value, bound) => value < bound,
};

function compileBounds<S>(scope: Scope<S>, bounds: readonly Bound[]): Predicate<S> {
  const { field, name } = scope;
  if (field.kind === 'text' || field.kind === 'keyword') throw new AqlError(`${name} has no order to compare by`);
  const tests = bounds.map(([operator, bound]) => ({ compare: COMPARE[operator], limit: readBound(bound, scope) }));
  return (subject) =>
    field.read(subject).some((value) => tests.every(({ compare, limit }) => compare(Number(value), limit)));
}

function readBound<S>(text: string, { field, name, now }: Scope<S>): number {
  if (field.kind === 'time') return parseDateMath(text, now).getTime();
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new AqlError(`${name} is a number, and \`${text}\` is none`);
  return value;
}
