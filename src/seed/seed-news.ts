import { basename } from 'node:path';
import { UsageError } from '../errors.js';
import type { Brands } from './brands.js';
import { readStories } from './news-files.js';
import { toNewsStory } from './news-story.js';
import type { SeedItem } from './publish-records.js';
import { findOversize } from './record-size.js';
import type { SourcedItem } from './seed-tally.js';
import { type SeedContext, type SeedOptions, type SeedPlan, type SeedReport, seedTopic } from './seed-topic.js';

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
 * @throws UsageError for a file that cannot be read and for two of one name, before anything is published, and what `seedTopic` throws
 */
export async function seedNews(
  context: SeedContext,
  brands: Brands,
  options: SeedNewsOptions,
): Promise<SeedNewsReport> {
  refuseTwins(options.paths);
  for (const path of options.paths) await checkReadable(path);
  const plan = new NewsPlan(brands, options);
  const report = await seedTopic(context, plan, options);
  return { ...report, brands: plan.countsByBrand() };
}

/** The ledger and the reports tell files apart by their names alone. */
function refuseTwins(paths: readonly string[]): void {
  for (const [index, path] of paths.entries()) {
    const twin = paths.slice(0, index).find((other) => basename(other) === basename(path));
    if (twin)
      throw new UsageError(`${twin} and ${path} have the same name`, 'Name a file once, or rename one of the two.');
  }
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

  async check(signal: AbortSignal): Promise<void> {
    for (const path of this.options.paths) {
      for await (const _story of readStories(path)) signal.throwIfAborted();
    }
  }

  async *items(): AsyncGenerator<SourcedItem> {
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
    const record = { key: outcome.record.id, value: JSON.stringify(outcome.record) };
    const oversize = findOversize(record);
    if (oversize) return { reject: { position, reason: oversize, input: story } };
    for (const brand of outcome.record.brands) this.counts.set(brand, (this.counts.get(brand) ?? 0) + 1);
    return { record };
  }

  private sourceOf(path: string): string {
    return this.options.sourcePrefix + basename(path);
  }
}
