import type { Polarity } from '../../news-api/story.js';
import type { Chance } from './chance.js';
import {
  CAR_KINDS,
  GERMAN_SENTENCES,
  GERMAN_TITLES,
  MONTHS,
  PLACES,
  PLAIN_SENTENCES,
  PLAIN_TITLES,
  SENTENCES,
  TITLES,
} from './templates.js';
import { BRANDS, type NamedEntity } from './vocabulary.js';

/** A text without the data that the API adds. */
export interface Draft {
  /** The brand that it is about; undefined for a story about no brand. */
  readonly slug: string | undefined;
  readonly title: string;
  readonly sentences: readonly string[];
  readonly polarity: Polarity;
  /** The English translation of `title` and `sentences`, if these are in another language. */
  readonly english?: Pick<Draft, 'title' | 'sentences'>;
}

const INTRODUCTION = 'This piece looks at {b} from the point of view of people who drive one.';

/** A short English text. */
export function writeText(chance: Chance, slug: string | undefined): Draft {
  const [brand, other] = chooseBrands(chance, slug);
  const tone = chance.pick(['neutral', 'neutral', 'neutral', 'positive', 'negative'] as const);
  const [titles, sentences] = slug ? [TITLES[tone], SENTENCES] : [PLAIN_TITLES, PLAIN_SENTENCES];
  const chosen = chance
    .shuffle(sentences)
    .slice(0, chance.int(2, 4))
    .map((sentence) => fill(sentence, chooseValues(chance, brand, other)));
  // A few titles do not name the brand, as in real headlines.
  const headline = slug && chance.happens(0.06) ? 'Readers write: {n} notes on driving in {p}' : chance.pick(titles);
  const title = fill(headline, chooseValues(chance, brand, other));
  const introduction = slug ? [fill(INTRODUCTION, chooseValues(chance, brand))] : [];
  return { slug, title, sentences: [...introduction, ...chosen], polarity: slug ? tone : 'neutral' };
}

/** A short German text with its English translation. */
export function writeGermanText(chance: Chance, slug: string): Draft {
  const [brand, other] = chooseBrands(chance, slug);
  const pairs = [chance.pick(GERMAN_TITLES), ...chance.shuffle(GERMAN_SENTENCES).slice(0, chance.int(2, 4))];
  const filled = pairs.map(([german, english]) => {
    const values = chooseValues(chance, brand, other);
    return { german: fill(german, values), english: fill(english, values) };
  });
  const [title = '', ...sentences] = filled.map(({ german }) => german);
  const [englishTitle = '', ...englishSentences] = filled.map(({ english }) => english);
  const english = { title: englishTitle, sentences: englishSentences };
  return { slug, title, sentences, polarity: 'neutral', english };
}

/** The same text with this many more sentences, so that it is as long as real stories. */
export function lengthen(chance: Chance, draft: Draft, count: number): Draft {
  const [brand, other] = chooseBrands(chance, draft.slug);
  const templates = draft.slug ? SENTENCES : PLAIN_SENTENCES;
  const more = Array.from({ length: count }, () => fill(chance.pick(templates), chooseValues(chance, brand, other)));
  return { ...draft, sentences: [...draft.sentences, ...more] };
}

function chooseBrands(chance: Chance, slug: string | undefined): [NamedEntity | undefined, NamedEntity | undefined] {
  const others = Object.keys(BRANDS).filter((one) => one !== slug);
  return [BRANDS[slug ?? ''], BRANDS[chance.pick(others)]];
}

type Values = Readonly<Record<string, string | number | undefined>>;

function chooseValues(chance: Chance, brand: NamedEntity | undefined, other?: NamedEntity): Values {
  return {
    b: brand && chance.pick(brand.forms),
    o: other && chance.pick(other.forms),
    p: chance.pick(PLACES),
    c: chance.pick(CAR_KINDS),
    n: chance.int(3, 40),
    m: chance.pick(MONTHS),
  };
}

function fill(template: string, values: Values): string {
  const filled = template.replace(/\{(\w)\}/g, (_, slot: string) => String(values[slot]));
  return filled.charAt(0).toUpperCase() + filled.slice(1);
}
