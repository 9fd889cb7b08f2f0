import { UsageError } from '../../errors.js';
import { closest } from '../../project/closest.js';
import type { Brand, Brands } from './brands.js';

/**
 * The brands that these slugs name, each once. Without slugs: all brands but those that are only asked for by name.
 * @throws UsageError for a slug that no brand has, with a suggestion
 */
export function chooseBrands({ all }: Brands, slugs: readonly string[] | undefined): readonly Brand[] {
  if (!slugs) return all.filter(({ onRequest }) => !onRequest);
  const wanted = new Set(slugs.map((slug) => slug.trim().toLowerCase()).filter((slug) => slug !== ''));
  if (wanted.size === 0) throw new UsageError('`--brands` names no brand', 'Write for example `--brands audi,bmw`.');
  return [...wanted].map((slug) => all.find((brand) => brand.slug === slug) ?? refuse(slug, all));
}

function refuse(slug: string, all: readonly Brand[]): never {
  const slugs = all.map((brand) => brand.slug).sort();
  const meant = closest(slug, slugs);
  const question = meant.length > 0 ? `Did you mean ${meant.join(' or ')}? ` : '';
  throw new UsageError(
    `There is no brand \`${slug}\``,
    `${question}There are: ${slugs.join(', ')}; a brands.yaml in the project's folder adds others.`,
  );
}
