import { UsageError } from '../errors.js';
import { parseDurationMs } from '../project/duration.js';

// Behaviour of the real API that cannot be looked up without a key. Each has a switch, since one recorded answer can decide it.
// In the rest of this folder [INF] marks what was inferred and has no switch, [?] what is not known at all.

const CHOICES = {
  end: {
    values: ['same-cursor', 'absent', 'star', 'empty'],
    about: 'how results end: an empty page with the cursor just sent, no cursor, `*`, or only an empty page',
  },
  'rate-headers': {
    values: ['x-ratelimit', 'hit', 'both', 'none'],
    about: 'X-RateLimit-Limit, -Remaining, -Reset, or X-RateLimit-Hit-Limit, -Remaining, -Period',
  },
  'error-status': {
    values: ['number', 'string'],
    about: 'the type of `status` in an error; it was text in 2018',
  },
  'unknown-parameters': {
    values: ['ignore', 'refuse'],
    about: 'whether a parameter that does not exist, such as perPage, is ignored or refused',
  },
  list: {
    values: ['or', 'and'],
    about: 'what (a b) means in AQL',
  },
  entities: {
    values: ['flat', 'grouped-ids', 'grouped-texts'],
    about: 'one list as since v5.1, or grouped by title and body, with ids or only with texts',
  },
  'published-datetime': {
    values: ['mixed', 'always', 'never'],
    about: 'whether stories have the time when they came out, besides the time when they were acquired',
  },
} as const;

const DURATIONS = {
  'token-life': { default: '1h', about: 'how long an OAuth token is valid' },
  'default-window': { default: '14d', about: 'how far back a request without a start looks; `none` for no limit' },
} as const;

type ChoiceOf<Name extends ChoiceName> = (typeof CHOICES)[Name]['values'][number];

export interface Quirks {
  readonly end: ChoiceOf<'end'>;
  readonly rateHeaders: ChoiceOf<'rate-headers'>;
  readonly errorStatus: ChoiceOf<'error-status'>;
  readonly unknownParameters: ChoiceOf<'unknown-parameters'>;
  readonly list: ChoiceOf<'list'>;
  readonly entities: ChoiceOf<'entities'>;
  readonly publishedDatetime: ChoiceOf<'published-datetime'>;
  readonly tokenLifeMs: number;
  /** Null looks at everything. */
  readonly defaultWindowMs: number | null;
}

type ChoiceName = keyof typeof CHOICES;
type DurationName = keyof typeof DURATIONS;

/** All values of `--quirk`; the first value of a quirk is its default. */
export const QUIRK_LIST: ReadonlyArray<{ name: string; values: string; about: string }> = [
  ...Object.entries(CHOICES).map(([name, { values, about }]) => ({
    name,
    values: values.join('|'),
    about,
  })),
  ...Object.entries(DURATIONS).map(([name, { default: value, about }]) => ({
    name,
    values: `${value}|another length of time`,
    about,
  })),
];

/**
 * The quirks that `name=value` texts ask for; the last of a name counts.
 * @throws UsageError that names the known quirks or values
 */
export function readQuirks(texts: readonly string[]): Quirks {
  const given = new Map(texts.map(splitQuirk));
  const choose = <Name extends ChoiceName>(name: Name) =>
    (given.get(name) ?? CHOICES[name].values[0]) as ChoiceOf<Name>;
  const measure = (name: DurationName) => given.get(name) ?? DURATIONS[name].default;
  return {
    end: choose('end'),
    rateHeaders: choose('rate-headers'),
    errorStatus: choose('error-status'),
    unknownParameters: choose('unknown-parameters'),
    list: choose('list'),
    entities: choose('entities'),
    publishedDatetime: choose('published-datetime'),
    tokenLifeMs: parseDurationMs(measure('token-life')),
    defaultWindowMs: readWindow(measure('default-window')),
  };
}

function readWindow(text: string): number | null {
  return text === 'none' ? null : parseDurationMs(text);
}

function splitQuirk(text: string): [name: string, value: string] {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? ['', text];
  if (isDuration(name)) return [name, value];
  if (!isChoice(name)) throw unknownQuirk(name);
  const values: readonly string[] = CHOICES[name].values;
  if (values.includes(value)) return [name, value];
  throw new UsageError(`The quirk ${name} cannot be \`${value}\``, `It can be: ${values.join(', ')}.`);
}

const isChoice = (name: string): name is ChoiceName => Object.hasOwn(CHOICES, name);
const isDuration = (name: string): name is DurationName => Object.hasOwn(DURATIONS, name);

function unknownQuirk(name: string): UsageError {
  const names = QUIRK_LIST.map((quirk) => quirk.name).join(', ');
  return new UsageError(`There is no quirk \`${name}\``, `Write name=value; there are: ${names}.`);
}

export const DEFAULT_QUIRKS: Quirks = readQuirks([]);
