import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { UsageError } from '../errors.js';

/** What a story that names no known brand is filed under. */
export const OTHER_BRAND = 'other';

/** One make or brand of the shared vocabulary. */
export interface Brand {
  readonly slug: string;
  readonly name: string;
  readonly wikidata: string;
  readonly surfaceForms: readonly string[];
  readonly files: readonly string[];
  /** Whether the text names the brand as a whole word. */
  isNamedIn(text: string): boolean;
}

/** The vocabulary that listings (by file) and stories (by entity or text) are mapped into. */
export interface Brands {
  readonly all: readonly Brand[];
  /** The make of a CSV file's stem; an unknown stem becomes a slug of itself. */
  makeOfFile(stem: string): string;
  ofWikidata(id: string): Brand | undefined;
}

const HINT = 'Compare it with the brands.yaml that ships in data/: slug, name, wikidata, surfaceForms and files.';

const slugSchema = z.string().regex(/^(?!other$)[a-z0-9]+(-[a-z0-9]+)*$/);

const brandSchema = z.strictObject({
  name: z.string().trim().min(1),
  wikidata: z.string().regex(/^Q[1-9]\d*$/, 'must be a Wikidata id such as Q246'),
  surfaceForms: z.array(z.string().trim().min(1)).min(1),
  files: z.array(z.string().trim().min(1)),
});

const brandsSchema = z.record(slugSchema, brandSchema);

/** Reads the text of a `brands.yaml`; every mistake in it is reported at once. */
export function parseBrands(yamlText: string): Brands {
  const parsed = brandsSchema.safeParse(parseText(yamlText));
  if (!parsed.success) throw invalid(parsed.error.issues.map(describeIssue));
  const all = Object.entries(parsed.data).map(([slug, entry]) => toBrand(slug, entry));
  const clashes = findClashes(all);
  if (clashes.length > 0) throw invalid(clashes);
  return indexBrands(all);
}

function parseText(yamlText: string): unknown {
  try {
    return parseYaml(yamlText);
  } catch (cause) {
    throw new UsageError('brands.yaml is not valid YAML', HINT, { cause });
  }
}

function toBrand(slug: string, entry: z.infer<typeof brandSchema>): Brand {
  const patterns = entry.surfaceForms.map(wholeWord);
  const isNamedIn = (text: string): boolean => {
    const composed = text.normalize('NFC');
    return patterns.some((pattern) => pattern.test(composed));
  };
  return { slug, ...entry, isNamedIn };
}

// Short forms keep their case: "ford" is also a verb and "vw" also a unit; a longer name may be shouted or whispered.
function wholeWord(form: string): RegExp {
  const literal = form.normalize('NFC').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{M}\\p{N}_])${literal}(?![\\p{L}\\p{M}\\p{N}_])`, form.length <= 4 ? 'u' : 'iu');
}

function indexBrands(all: readonly Brand[]): Brands {
  const byWikidata = new Map(all.map((brand) => [brand.wikidata, brand]));
  const makes = new Map(all.flatMap((brand) => stemsOf(brand).map((stem) => [stem, brand.slug] as const)));
  return {
    all,
    makeOfFile: (stem) => makes.get(toSlug(stem)) ?? toSlug(stem),
    ofWikidata: (id) => byWikidata.get(id),
  };
}

function stemsOf(brand: Brand): string[] {
  return [brand.slug, ...brand.files].map(toSlug);
}

// Accents are folded first, so that "škoda.csv" is not read as the make "-koda".
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
