import type { Entity, Mentions, Story } from '../../news-api/story.js';

/** How the API writes `entities`: flat since v5.1 and in v6, before that grouped by title and body. */
export type EntityForm = 'flat' | 'grouped-ids' | 'grouped-texts';

/** The entities of a story, in one of the three forms that the API has had. */
export function entitiesIn(form: EntityForm, { entities }: Pick<Story, 'entities'>): unknown {
  if (form === 'flat') return entities;
  const describe = form === 'grouped-ids' ? withId : withTexts;
  const group = (part: 'title' | 'body') =>
    entities
      .filter((entity) => entity[part].surface_forms.length > 0)
      .flatMap((entity) => describe(entity, entity[part]));
  return { title: group('title'), body: group('body') };
}

// As in pages of March 2021.
function withId({ id, links, types, stock_tickers }: Entity, { sentiment, surface_forms }: Mentions): object[] {
  const [stock_ticker] = stock_tickers;
  const forms = surface_forms.map(({ text, mentions }) => ({ text, indices: indicesOf(mentions) }));
  const ticker = stock_ticker === undefined ? {} : { stock_ticker };
  return [{ id, ...(links && { links }), ...ticker, types, sentiment, surface_forms: forms }];
}

// As in pages up to January 2021: an entity for each spelling, with links to DBpedia instead of Wikidata.
function withTexts({ links, types }: Entity, { surface_forms }: Mentions): object[] {
  const dbpedia = links?.wikipedia.replace('https://en.wikipedia.org/wiki/', 'http://dbpedia.org/resource/');
  return surface_forms.map(({ text, mentions }) => ({
    text,
    types,
    ...(dbpedia && { links: { dbpedia } }),
    indices: indicesOf(mentions),
  }));
}

function indicesOf(mentions: Mentions['surface_forms'][number]['mentions']): number[][] {
  return mentions.map(({ index: { start, end } }) => [start, end]);
}
