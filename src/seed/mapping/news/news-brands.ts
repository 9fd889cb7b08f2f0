import type { Brand, Brands } from '../../brands/brands.js';
import { at, isObject, type JsonObject, readList, readNumber, readText } from '../../source/json-fields.js';
import type { BrandMatch } from './news-record.js';
import { readPolarity } from './read-polarity.js';

/** The brands a story is about, at most one match each: by entity first, then by title, then by body. */
export function matchBrands(story: JsonObject, brands: Brands): BrandMatch[] {
  const entities = listEntities(story.entities);
  const matches = new Map(brands.all.map((brand) => [brand, matchByEntity(brand, entities)]));
  for (const by of ['title', 'body'] as const) {
    const named = brands.namedIn(readText(story[by]) ?? '');
    for (const [brand, match] of matches)
      if (!match && named.has(brand.slug)) matches.set(brand, matchByText(brand, by));
  }
  return [...matches.values()].filter((match) => match !== undefined).sort(bySlug);
}

interface Entity {
  readonly wikidata: string | null;
  readonly names: readonly string[];
  readonly facts: Pick<BrandMatch, 'prominence' | 'polarity' | 'confidence'>;
}

// Up to 2021 the API grouped entities by where they were found; since v5.1 it sends one flat list.
function listEntities(entities: unknown): Entity[] {
  const grouped = [...readList(at(entities, 'title')), ...readList(at(entities, 'body'))];
  const items = Array.isArray(entities) ? entities : grouped;
  return items.filter(isObject).map(toEntity).sort(byProminence);
}

function toEntity(item: JsonObject): Entity {
  return {
    wikidata: wikidataOf(item),
    names: namesOf(item),
    facts: {
      prominence: readNumber(item.overall_prominence),
      polarity: readPolarity(at(item, 'overall_sentiment', 'polarity')),
      confidence: readNumber(at(item, 'overall_sentiment', 'confidence')),
    },
  };
}

function wikidataOf(item: JsonObject): string | null {
  const candidates = [readText(item.id), readText(at(item, 'links', 'wikidata'))];
  const ids = candidates.map((candidate) => /(?:^|\/)(Q\d+)\/?(?:[#?].*)?$/.exec(candidate ?? '')?.[1]);
  return ids.find((id) => id !== undefined) ?? null;
}

// The id says which brand an entity is. Its names are used only where it has no id, as before 2021.
function namesOf(item: JsonObject): string[] {
  if (readText(item.id) !== null) return [];
  const forms = readList(item.surface_forms).map((form) => at(form, 'text'));
  return [item.text, ...forms].map(readText).filter((name) => name !== null);
}

function matchByEntity(brand: Brand, entities: readonly Entity[]): BrandMatch | undefined {
  const found = entities.find((entity) => isAbout(entity, brand));
  return found && { brand: brand.slug, wikidata: brand.wikidata, by: 'entity', ...found.facts };
}

function isAbout(entity: Entity, brand: Brand): boolean {
  if (entity.wikidata !== null) return entity.wikidata === brand.wikidata;
  return entity.names.some((name) => brand.surfaceForms.includes(name.normalize('NFC')));
}

function matchByText({ slug, wikidata }: Brand, by: 'title' | 'body'): BrandMatch {
  return { brand: slug, wikidata, by, prominence: null, polarity: null, confidence: null };
}

function byProminence(a: Entity, b: Entity): number {
  return (b.facts.prominence ?? -1) - (a.facts.prominence ?? -1);
}

function bySlug(a: BrandMatch, b: BrandMatch): number {
  return a.brand < b.brand ? -1 : 1;
}
