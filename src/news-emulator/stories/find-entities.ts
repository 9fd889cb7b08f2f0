import type { Entity, Mention, Mentions, Polarity, Sentiment } from '../../news-api/story.js';
import type { Chance } from './chance.js';
import { BRANDS, GUIDE_ENTITY, type NamedEntity, PLACE_ENTITIES } from './vocabulary.js';

export interface TitleAndBody {
  readonly title: string;
  readonly body: string;
}

export interface EntityOptions {
  readonly polarity: Polarity;
  /** The id of the entity that the story is about. */
  readonly main: string | undefined;
  /** The highest prominence of any other entity that is not in the title. */
  readonly sideProminence: number;
}

const MOST_IN_BODY = 0.65;

/**
 * The entities of a text, the most prominent first. As in the real feed, about one brand in eight is not found: the text names it,
 * but it is not among the entities.
 */
export function findEntities(chance: Chance, text: TitleAndBody, options: EntityOptions): Entity[] {
  const linked = Object.values(BRANDS).filter(() => chance.happens(0.88));
  const entities = [...linked, ...PLACE_ENTITIES, GUIDE_ENTITY].map((named) =>
    describeEntity(chance, named, text, options),
  );
  return entities
    .filter((entity) => entity.overall_frequency > 0)
    .sort((a, b) => b.overall_prominence - a.overall_prominence);
}

function describeEntity(chance: Chance, named: NamedEntity, text: TitleAndBody, options: EntityOptions): Entity {
  const sentiment = { polarity: options.polarity, confidence: round2(0.4 + chance.next() * 0.55) };
  const [title, body] = [findMentions(text.title, named, sentiment), findMentions(text.body, named, sentiment)];
  const frequency = [...title.surface_forms, ...body.surface_forms].reduce((sum, form) => sum + form.frequency, 0);
  const most = named.id === options.main ? MOST_IN_BODY : options.sideProminence;
  return {
    id: named.id,
    ...(named.page && { links: linksOf(named.id, named.page) }),
    stock_tickers: named.id === BRANDS.tesla?.id ? ['TSLA'] : [],
    types: named.types ?? ['Business', 'Organization'],
    overall_sentiment: sentiment,
    overall_prominence: title.surface_forms.length > 0 ? 0.98 : Math.min(most, round2(0.02 + frequency * 0.12)),
    overall_frequency: frequency,
    body,
    title,
    external_ids: {},
  };
}

function linksOf(id: string, page: string) {
  return { wikipedia: `https://en.wikipedia.org/wiki/${page}`, wikidata: `https://www.wikidata.org/wiki/${id}` };
}

function findMentions(text: string, named: NamedEntity, sentiment: Sentiment): Mentions {
  const found = patternsOf(named).map(({ form, pattern }) => ({
    form,
    mentions: mentionsOf(text, pattern, sentiment),
  }));
  const surface_forms = found
    .filter(({ mentions }) => mentions.length > 0)
    .map(({ form, mentions }) => ({ text: form, frequency: mentions.length, mentions }));
  return surface_forms.length > 0 ? { sentiment, surface_forms } : { surface_forms };
}

function mentionsOf(text: string, pattern: RegExp, sentiment: Sentiment): Mention[] {
  return [...text.matchAll(pattern)].map(({ index, 0: form }) => {
    const start = countCodePoints(text.slice(0, index));
    return { index: { start, end: start + countCodePoints(form) }, sentiment };
  });
}

interface FormPattern {
  readonly form: string;
  readonly pattern: RegExp;
}

const known = new Map<NamedEntity, readonly FormPattern[]>();

function patternsOf(named: NamedEntity): readonly FormPattern[] {
  const patterns = known.get(named) ?? named.forms.map((form) => ({ form, pattern: wholeWord(form, named.forms) }));
  known.set(named, patterns);
  return patterns;
}

// "Mercedes" within "Mercedes-Benz" is not a mention of its own.
function wholeWord(form: string, forms: readonly string[]): RegExp {
  const longer = forms.filter((other) => other.length > form.length && other.startsWith(form));
  const notLonger = longer.map((other) => `(?!${other})`).join('');
  return new RegExp(`(?<![\\p{L}\\p{N}])${notLonger}${form}(?![\\p{L}\\p{N}])`, 'gu');
}

/** The same as `[...text].length`, but without making the list. */
export function countCodePoints(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}

export const round2 = (value: number): number => Math.round(value * 100) / 100;
