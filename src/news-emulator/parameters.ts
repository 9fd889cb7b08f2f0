import { UsageError } from '../errors.js';
import { parseDateMath } from '../news-api/date-math.js';
import type { Story } from '../news-api/story.js';
import { ApiError } from './api-error.js';
import { AqlError } from './aql/aql-error.js';
import { compileAql, type Predicate } from './aql/compile.js';
import { STORY_FIELDS } from './aql/fields.js';
import { parseAql } from './aql/parse.js';
import { type CursorPosition, type Direction, decodeCursor, FIRST_PAGE } from './cursor.js';
import type { Quirks } from './quirks.js';
import type { Selection } from './story-store.js';

/** A request with valid credentials, within the limits. */
export interface ApiRequest {
  readonly parameters: URLSearchParams;
  readonly now: Date;
  readonly quirks: Quirks;
}

/** The bounds for a request that has none. */
export interface DefaultBounds {
  readonly start: Date | null;
  readonly end: Date | null;
}

/** Parameters that are known, and are not fields of a story. */
const OTHER_PARAMETERS = [
  ...['aql', 'aql_default_field', 'published_at.start', 'published_at.end', 'per_page', 'cursor'],
  ...['sort_by', 'sort_direction', 'return', 'period', 'field'],
];
const PER_PAGE = 10;
const MOST_PER_PAGE = 100;

/**
 * Which stories a request asks for: those that fit all its parameters. If a parameter is repeated, one of its values must fit
 * [INF].
 * @throws ApiError 422
 */
export function readSelection(request: ApiRequest, defaults: DefaultBounds): Selection {
  const { parameters, quirks } = request;
  refuseUnknown(parameters, quirks);
  const tests = [...readAql(request), ...readFields(request)];
  const isBound = parameters.has('published_at');
  return {
    fits: (story) => tests.every((test) => test(story)),
    start: readTime(request, 'published_at.start', isBound ? null : defaults.start),
    end: readTime(request, 'published_at.end', defaults.end),
  };
}

function readAql(request: ApiRequest): Predicate<Story>[] {
  const field = request.parameters.get('aql_default_field') ?? 'text';
  return request.parameters.getAll('aql').map((text) => orRefuse('aql', () => compileText(request, text, field)));
}

function readFields(request: ApiRequest): Predicate<Story>[] {
  const names = [...new Set(request.parameters.keys())];
  return names.filter((name) => Object.hasOwn(STORY_FIELDS, fieldOf(name))).map((name) => readField(request, name));
}

// `!` before a name negates it, `[]` after it is how v5 writes lists. Both versions accept both.
function readField(request: ApiRequest, name: string): Predicate<Story> {
  const [field, isWanted] = [fieldOf(name), !name.startsWith('!')];
  // The value of a list is not parsed: a URL has colons, which mean something in the query language.
  const compile = (text: string) =>
    name.endsWith('[]') ? compileAql({ kind: 'term', text }, field, request.now) : compileText(request, text, field);
  const tests = request.parameters.getAll(name).map((text) => orRefuse(name, () => compile(text)));
  return (story) => tests.some((test) => test(story)) === isWanted;
}

function fieldOf(name: string): string {
  return name.replace(/^!/, '').replace(/\[\]$/, '');
}

function compileText({ quirks, now }: ApiRequest, text: string, field: string): Predicate<Story> {
  return compileAql(parseAql(text, quirks.list), field, now);
}

function refuseUnknown(parameters: URLSearchParams, { unknownParameters }: Quirks): void {
  if (unknownParameters === 'ignore') return;
  const unknown = [...parameters.keys()].find((name) => !isKnown(fieldOf(name)));
  if (unknown !== undefined) throw new ApiError(422, `There is no parameter \`${unknown}\`.`);
}

function isKnown(name: string): boolean {
  return OTHER_PARAMETERS.includes(name) || Object.hasOwn(STORY_FIELDS, name);
}

function readTime({ parameters, now }: ApiRequest, name: string, fallback: Date | null): Date | null {
  const text = parameters.get(name);
  return text === null ? fallback : orRefuse(name, () => parseDateMath(text, now));
}

/** A parameter that cannot be read is a mistake of the client: the API answers with it, and the emulator goes on. */
function orRefuse<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof AqlError || error instanceof UsageError) throw new ApiError(422, `${name}: ${error.message}.`);
    throw error;
  }
}

export interface Paging {
  readonly perPage: number;
  readonly direction: Direction;
  /** As it was sent. */
  readonly cursor: string;
  readonly after: CursorPosition | null;
}

/** @throws ApiError 422 */
export function readPaging({ parameters }: ApiRequest): Paging {
  const cursor = parameters.get('cursor') ?? FIRST_PAGE;
  const direction = parameters.get('sort_direction') ?? 'desc';
  if (direction !== 'asc' && direction !== 'desc') throw new ApiError(422, 'sort_direction must be asc or desc.');
  const after = cursor === FIRST_PAGE ? null : decodeCursor(cursor);
  return { perPage: readPerPage(parameters), direction, cursor, after };
}

function readPerPage(parameters: URLSearchParams): number {
  const text = parameters.get('per_page') ?? String(PER_PAGE);
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= MOST_PER_PAGE) return value;
  throw new ApiError(422, `per_page must be a whole number from 1 to ${MOST_PER_PAGE}.`);
}

/** The keys that `return` names. It may be repeated, or have several keys with commas or blanks, also in brackets [INF]. */
export function readReturn({ parameters }: ApiRequest): string[] {
  const texts = [...parameters.getAll('return'), ...parameters.getAll('return[]')];
  return texts.flatMap((text) => text.split(/[\s,()]+/)).filter((key) => key !== '');
}
