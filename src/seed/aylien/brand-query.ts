import { UsageError } from '../../errors.js';
import type { Brand } from '../brands/brands.js';

/** A brand that a story only mentions has 0.02 to 0.31; a brand that the story is about has more than this. */
const LEAST_PROMINENCE = 0.65;
/** Of the 2,048 characters of a URL; the rest is for the address, the times, the order and the cursor. */
const LONGEST_ENCODED = 1_500;

/**
 * The AQL that finds the English stories about any of the brands, by their Wikidata ids. It has one block for each brand, which is
 * the form that is known to work. Where that would make the URL too long for the API, it has one block with a list of ids.
 * @throws UsageError without any brand
 */
export function brandQuery(brands: readonly Brand[]): string {
  // Sorted, since the state is kept by the query's text, and the order in which the user names brands must not matter.
  const ids = [...new Set(brands.map(({ wikidata }) => wikidata))].sort();
  if (ids.length === 0) throw new UsageError('The query has no brand', 'Name at least one, such as `--brands audi`.');
  const blocks = `entities:(${ids.map(block).join(' OR ')})`;
  const query =
    encodedLength(inEnglish(blocks)) <= LONGEST_ENCODED ? blocks : `entities:${block(`(${ids.join(' ')})`)}`;
  return inEnglish(query);
}

function block(ids: string): string {
  return `{{id:${ids} AND overall_prominence:>=${LEAST_PROMINENCE}}}`;
}

function inEnglish(query: string): string {
  return `${query} AND language:(en)`;
}

function encodedLength(aql: string): number {
  return new URLSearchParams({ aql }).toString().length;
}
