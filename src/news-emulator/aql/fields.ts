import type { Entity, Mentions, Story, StorySource, StoryTopic } from '../../news-api/story.js';

export type FieldKind = 'text' | 'keyword' | 'number' | 'time';

/** A field of a subject, which is a story or one of its entities. */
export interface Field<Subject> {
  readonly kind: FieldKind;
  read(subject: Subject): ReadonlyArray<string | number>;
  /** The items of the field: `{{ }}` after the field tests each of them. */
  readonly nested?: Nested<Subject>;
}

/** Tests the items of a subject, such as the entities of a story. */
export interface Nested<Subject> {
  any(subject: Subject, fits: (item: never) => boolean): boolean;
  readonly fields: Fields<never>;
  /** The field of a term without one, as in `{{score:[0.7 TO *] AND (in.motor)}}`. */
  readonly defaultField: string;
}

export type Fields<Subject> = Readonly<Record<string, Field<Subject>>>;

const keyword = <S>(read: Field<S>['read']): Field<S> => ({ kind: 'keyword', read });
const text = <S>(read: Field<S>['read']): Field<S> => ({ kind: 'text', read });
const number = <S>(read: Field<S>['read']): Field<S> => ({ kind: 'number', read });
const time = <S>(read: Field<S>['read']): Field<S> => ({ kind: 'time', read });

const some = <T>(...values: ReadonlyArray<T | undefined>): T[] => values.filter((value) => value !== undefined);
const formsOf = ({ surface_forms }: Mentions) => surface_forms.map((form) => form.text);
const formsIn = (entity: Entity) => [...formsOf(entity.title), ...formsOf(entity.body)];
/** The parts of a story that name the entity. */
const elementsOf = ({ title, body }: Entity) => [
  ...(title.surface_forms.length > 0 ? ['title'] : []),
  ...(body.surface_forms.length > 0 ? ['body'] : []),
];

const ENTITY_FIELDS: Fields<Entity> = {
  id: keyword(({ id }) => [id]),
  'links.wikidata': keyword(({ links }) => some(links?.wikidata)),
  'links.wikipedia': keyword(({ links }) => some(links?.wikipedia)),
  type: keyword(({ types }) => types),
  types: keyword(({ types }) => types),
  stock_ticker: keyword((entity) => entity.stock_tickers),
  stock_tickers: keyword((entity) => entity.stock_tickers),
  surface_forms: text(formsIn),
  'surface_forms.text': text(formsIn),
  'title.surface_forms.text': text(({ title }) => formsOf(title)),
  'body.surface_forms.text': text(({ body }) => formsOf(body)),
  element: keyword(elementsOf),
  sentiment: keyword((entity) => [entity.overall_sentiment.polarity]),
  'overall_sentiment.polarity': keyword((entity) => [entity.overall_sentiment.polarity]),
  'overall_sentiment.confidence': number((entity) => [entity.overall_sentiment.confidence]),
  prominence_score: number((entity) => [entity.overall_prominence]),
  overall_prominence: number((entity) => [entity.overall_prominence]),
  overall_frequency: number((entity) => [entity.overall_frequency]),
};

const TOPIC_FIELDS: Fields<StoryTopic> = {
  id: keyword(({ id }) => [id]),
  label: text(({ label }) => some(label)),
  taxonomy: keyword(({ taxonomy }) => some(taxonomy)),
  score: number(({ score }) => [score]),
};

/** A field for the list itself, and one for each field of its items. */
function listOf<Item>(name: string, itemsOf: (story: Story) => readonly Item[], fields: Fields<Item>): Fields<Story> {
  const whole: Field<Story> = {
    kind: 'keyword',
    read: (story) => itemsOf(story).flatMap((item) => fields.id?.read(item) ?? []),
    nested: { any: (story, fits) => itemsOf(story).some((item) => fits(item as never)), fields, defaultField: 'id' },
  };
  const single = Object.entries(fields).map(([inner, field]): [string, Field<Story>] => [
    `${name}.${inner}`,
    { kind: field.kind, read: (story) => itemsOf(story).flatMap((item) => field.read(item)) },
  ]);
  return { [name]: whole, ...Object.fromEntries(single) };
}

const ofSource = (read: (source: StorySource) => ReadonlyArray<string | number>) => (story: Story) =>
  read(story.source);

/** The fields that a query can name. Others are refused, so that a mistake does not look like an empty result. */
export const STORY_FIELDS: Fields<Story> = {
  id: keyword(({ id }) => [id]),
  title: text(({ title }) => [title]),
  body: text(({ body }) => [body]),
  text: text(({ title, body }) => [title, body]),
  language: keyword(({ language }) => [language]),
  'author.name': text(({ author }) => some(author.name || undefined)),
  'source.id': keyword(ofSource(({ id }) => [id])),
  'source.name': text(ofSource(({ name }) => [name])),
  'source.name.keyword': keyword(ofSource(({ name }) => [name])),
  'source.domain': keyword(ofSource(({ domain }) => [domain])),
  'source.locations.country': keyword(ofSource(({ locations }) => locations.map(({ country }) => country))),
  'sentiment.title.polarity': keyword(({ sentiment }) => [sentiment.title.polarity]),
  'sentiment.body.polarity': keyword(({ sentiment }) => [sentiment.body.polarity]),
  'sentiment.title.score': number(({ sentiment }) => [sentiment.title.score]),
  'sentiment.body.score': number(({ sentiment }) => [sentiment.body.score]),
  hashtags: keyword(({ hashtags }) => hashtags),
  keywords: keyword(({ keywords }) => keywords),
  clusters: keyword(({ clusters }) => clusters),
  words_count: number((story) => [story.words_count]),
  characters_count: number((story) => [story.characters_count]),
  sentences_count: number((story) => [story.sentences_count]),
  paragraphs_count: number((story) => [story.paragraphs_count]),
  license_type: number((story) => [story.license_type]),
  published_at: time((story) => [Date.parse(story.published_at)]),
  ...listOf('entities', ({ entities }) => entities, ENTITY_FIELDS),
  ...listOf('categories', ({ categories }) => categories, TOPIC_FIELDS),
  ...listOf('industries', ({ industries }) => industries, TOPIC_FIELDS),
};
