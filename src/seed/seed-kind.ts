import { packagePath } from '../project/package-files.js';
import type { Reporter } from '../report/reporter.js';
import type { Brands } from './brands/brands.js';
import type { Seeding, SeedOptions, SeedReport } from './seeding.js';
import type { SeedCounts } from './source/source.js';

/** What can be seeded: all that `seed <name>` has beside what all seeds have. Loads nothing, since `--help` lists them. */
export interface SeedKind {
  /** The command's name, and that of the topic where none is given. */
  readonly name: string;
  readonly description: string;
  /** Of the files. */
  readonly argument: string;
  readonly options: readonly SeedFlag[];
  readonly examples: readonly string[];
  /** Items say when they happened, so that a replay can go by it. */
  readonly hasEventTime: boolean;
  /** Variables of the environment that hold its credentials. */
  readonly credentials: readonly string[];
  /**
   * What the flags ask for; nothing is opened yet.
   * @throws UsageError for what contradicts itself
   */
  choose(files: readonly string[], flags: SeedFlags): SeedChoice;
  /** What comes next with a topic that was filled: words of a command, and what it does. */
  next(topic: string): readonly NextWords[];
  /** The report under `--json`. */
  toJson(report: SeedReport): Readonly<SeedCounts>;
}

export interface SeedFlag {
  /** `--brands <slugs>`. */
  readonly flag: string;
  readonly description: string;
}

/** By the names that commander gives them. */
export type SeedFlags = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SeedChoice {
  /** What follows from the choice for the seed. */
  readonly options?: Pick<SeedOptions, 'isAppending'>;
  /** @throws UsageError, CREDENTIALS_MISSING */
  open(parts: SeedParts): Promise<Seeding>;
}

/** What a kind may ask for when it opens its source. */
export interface SeedParts {
  readonly report: Reporter;
  readBrands(): Promise<Brands>;
  /** The variables of the environment that `credentials` names. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface NextWords {
  readonly words: readonly string[];
  readonly does: string;
}

/** The files that were named, else the shipped sample: training leaves out what was generated where there is something real. */
export function filesOrSample(files: readonly string[], sample: string) {
  if (files.length > 0) return { paths: files, sourcePrefix: '' };
  return { paths: [packagePath('data', sample)], sourcePrefix: 'generated/' };
}

/** The parameter that makes a job read another topic than its own. */
export function inputOf(topic: string, usual: string): string[] {
  return topic === usual ? [] : ['--set', `input=${topic}`];
}

/** The part of a report that all kinds have. */
export function commonJson({ files: _files, groups: _groups, odd: _odd, facts: _facts, ...common }: SeedReport) {
  return common;
}
