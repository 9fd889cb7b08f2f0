import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UsageError } from '../errors.js';
import type { Brands } from './brands/brands.js';
import { NewsPlan, type NewsPlanOptions } from './pace/replay.js';
import { RecordFile } from './record-file.js';
import { type SeedContext, type SeedOptions, type SeedReport, seedTopic } from './run-seed.js';
import { readStories } from './source/story-files.js';

export interface SeedNewsOptions extends SeedOptions, NewsPlanOptions {
  /** Keeps what came in, in this file. */
  readonly recordPath?: string | undefined;
}

export interface SeedNewsReport extends SeedReport {
  /** Stories per brand, most first. */
  readonly brands: Readonly<Record<string, number>>;
}

/**
 * Publishes Aylien stories as `news-story/1` records, key `aylien:<id>`; what is no story goes to the rejects, and an id that
 * came before is passed over.
 * @throws UsageError for a file that cannot be read and for two of one name, before anything is published, and what `seedTopic` throws
 */
export async function seedNews(
  context: SeedContext,
  brands: Brands,
  options: SeedNewsOptions,
): Promise<SeedNewsReport> {
  refuseTwins(options.paths);
  for (const path of options.paths) await checkReadable(path);
  const { recordPath } = options;
  if (recordPath !== undefined) await refuseInput(recordPath, options.paths);
  const record = recordPath === undefined ? undefined : await RecordFile.open(recordPath);
  const plan = new NewsPlan(options, { brands, report: context.report, record });
  try {
    const report = await seedTopic(context, plan, options);
    return { ...report, brands: plan.countsByBrand() };
  } finally {
    await record?.close();
  }
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

/** A file that grows by what is read from it has no end. */
async function refuseInput(recordPath: string, paths: readonly string[]): Promise<void> {
  const record = await stat(recordPath).catch(() => undefined);
  for (const path of record ? paths : []) {
    const { dev, ino } = await stat(path);
    if (dev === record?.dev && ino === record.ino)
      throw new UsageError(`--record ${recordPath} is also read`, 'Record to another file.');
  }
}
