import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../../errors.js';
import { BrandNames } from './brand-names.js';

/** The brand of a story that names no known brand. */
export const OTHER_BRAND = 'other';

/** One make or brand of the shared vocabulary. */
export interface Brand {
  readonly slug: string;
  readonly name: string;
  readonly wikidata: string;
  readonly surfaceForms: readonly string[];
  readonly files: readonly string[];
  /** Whether the news API is asked for it only where `--brands` names it. */
  readonly onRequest: boolean;
}

/** The makes and brands that are known: listings are matched by file, stories by entity or text. */
export interface Brands {
  readonly all: readonly Brand[];
  /** The make of a CSV file's stem; an unknown stem becomes a slug of itself. */
  makeOfFile(stem: string): string;
  ofWikidata(id: string): Brand | undefined;
  /** Slugs of the brands that the text names as a whole word. */
  namedIn(text: string): ReadonlySet<string>;
}

const HINT =
  'Compare it with the brands.yaml that ships in data/: slug, name, wikidata, surfaceForms, files and onRequest.';

const slugSchema = z.string().regex(/^(?!other$)[a-z0-9]+(-[a-z0-9]+)*$/);

const brandSchema = z.strictObject({
  name: z.string().trim().min(1),
  wikidata: z.string().regex(/^Q[1-9]\d*$/, 'must be a Wikidata id such as Q246'),
  surfaceForms: z.array(z.string().trim().min(1)).min(1),
  files: z.array(z.string().trim().min(1)).default([]),
  onRequest: z.boolean().default(false),
});

const brandsSchema = z.record(slugSchema, brandSchema);

/**
 * Reads the text of a `brands.yaml`, and reports all mistakes in it at once. Entries of `ownText`, the project's own, are added, and
 * replace those of the same slug.
 */
export function parseBrands(yamlText: string, ownText = '{}'): Brands {
  const parsed = brandsSchema.safeParse(mergeEntries(parseText(yamlText), parseText(ownText) ?? {}));
  if (!parsed.success) throw invalid(parsed.error.issues.map(describeIssue));
  const all = Object.entries(parsed.data).map(([slug, entry]) => ({ slug, ...entry }));
  const clashes = findClashes(all);
  if (clashes.length > 0) throw invalid(clashes);
  return indexBrands(all);
}

/** Where one of the two is not a map, gives that one, so that the schema refuses it. */
function mergeEntries(shipped: unknown, own: unknown): unknown {
  const isMap = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap(shipped)) return shipped;
  return isMap(own) ? { ...(shipped as object), ...(own as object) } : own;
}

function parseText(yamlText: string): unknown {
  try {
    return parseYaml(yamlText);
  } catch (cause) {
    throw new UsageError('brands.yaml is not valid YAML', HINT, { cause });
  }
}

function indexBrands(all: readonly Brand[]): Brands {
  const byWikidata = new Map(all.map((brand) => [brand.wikidata, brand]));
  const names = new BrandNames(all);
  const makes = new Map(all.flatMap((brand) => stemsOf(brand).map((stem) => [stem, brand.slug] as const)));
  return {
    all,
    makeOfFile: (stem) => makes.get(toSlug(stem)) ?? toSlug(stem),
    ofWikidata: (id) => byWikidata.get(id),
    namedIn: (text) => names.namedIn(text),
  };
}

function stemsOf(brand: Brand): string[] {
  return [brand.slug, ...brand.files].map(toSlug);
}

// Accents are removed first: otherwise "škoda.csv" would be the make "-koda".
function toSlug(stem: string): string {
  const plain = stem.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'unknown';
}

function findClashes(all: readonly Brand[]): string[] {
  const stems = all.flatMap((brand) => stemsOf(brand).map((stem) => `file ${stem}`));
  const claims = [...all.map((brand) => `wikidata ${brand.wikidata}`), ...stems];
  const repeated = claims.filter((claim, at) => claims.indexOf(claim) !== at);
  return [...new Set(repeated)].map((claim) => `${claim} is claimed twice`);
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const where = issue.path.join('.') || 'the file';
  return issue.code === 'invalid_key' ? `${where} is not a slug` : `${where}: ${issue.message}`;
}

function invalid(mistakes: readonly string[]): UsageError {
  return new UsageError(`brands.yaml cannot be used: ${mistakes.join('; ')}`, HINT);
}
