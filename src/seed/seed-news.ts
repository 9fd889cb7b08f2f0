import { basename } from 'node:path';
import type { Brands } from './brands.js';
import { readStories } from './news-files.js';
import { toNewsStory } from './news-story.js';
import type { SeedItem } from './publish-records.js';
import { type SeedContext, type SeedOptions, type SeedPlan, type SeedReport, seedTopic } from './seed-topic.js';

export const NEWS_TOPIC = 'news';

export interface SeedNewsOptions extends SeedOptions {
  /** Files of Aylien stories: JSON arrays, pages, or JSON Lines. */
  readonly paths: readonly string[];
  readonly sourcePrefix: string;
  readonly limit?: number | undefined;
}

export interface SeedNewsReport extends SeedReport {
  /** Stories per brand, most first. */
  readonly brands: Readonly<Record<string, number>>;
}

/**
 * Publishes Aylien stories as `news-story/1` records, key `aylien:<id>`; what is no story goes to the rejects.
 * @throws UsageError for a file that cannot be read, before anything is published, and what `seedTopic` throws
 */
export async function seedNews(
  context: SeedContext,
  brands: Brands,
  options: SeedNewsOptions,
): Promise<SeedNewsReport> {
  for (const path of options.paths) await checkReadable(path);
  const plan = new NewsPlan(brands, options);
  const report = await seedTopic(context, plan, options);
  return { ...report, brands: plan.countsByBrand() };
}

async function checkReadable(path: string): Promise<void> {
  for await (const _first of readStories(path)) return;
}

class NewsPlan implements SeedPlan {
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly brands: Brands,
    private readonly options: SeedNewsOptions,
  ) {}

  get sources(): string[] {
    return this.options.paths.map((path) => this.sourceOf(path));
  }

  async *items(): AsyncGenerator<SeedItem & { source: string }> {
    let left = this.options.limit ?? Number.POSITIVE_INFINITY;
    for (const path of this.options.paths) {
      const source = this.sourceOf(path);
      for await (const found of readStories(path)) {
        if (left-- <= 0) return;
        const { position } = found;
        if ('problem' in found) yield { source, reject: { position, reason: found.problem, input: null } };
        else yield { source, ...this.toItem(position, found.story) };
      }
    }
  }

  describeProgress({ published }: { published: number }) {
    return { label: 'stories', done: published, unit: 'records' };
  }

  countsByBrand(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort(([, a], [, b]) => b - a));
  }

  private toItem(position: string, story: unknown): SeedItem {
    const outcome = toNewsStory(story, { brands: this.brands, fetchedAt: new Date(), body: 'full' });
    if ('reject' in outcome) return { reject: { position, reason: outcome.reject, input: story } };
    const { record } = outcome;
    for (const brand of record.brands) this.counts.set(brand, (this.counts.get(brand) ?? 0) + 1);
    return { record: { key: record.id, value: JSON.stringify(record) } };
  }

  private sourceOf(path: string): string {
    return this.options.sourcePrefix + basename(path);
  }
}
