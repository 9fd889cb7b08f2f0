import { packagePath } from '../project/package-files.js';
import type { Reporter } from '../report/reporter.js';
import type { Brands } from './brands/brands.js';
import type { Seeding, SeedOptions, SeedReport } from './engine/seeding.js';
import type { SeedCounts } from './source/source.js';

/** One kind of seed: what `seed <name>` has of its own. Its file loads nothing heavy, since `--help` lists all kinds. */
export interface SeedKind {
  /** The command's name, and the topic's unless `--topic` names another. */
  readonly name: string;
  readonly description: string;
  /** The help text for the files. */
  readonly argument: string;
  readonly options: readonly SeedFlag[];
  readonly examples: readonly string[];
  /** Whether the items have a time of their own, which `--speed` and `--shift-to-now` need. */
  readonly hasEventTime: boolean;
  /** Variables of the environment that hold its credentials. */
  readonly credentials: readonly string[];
  /**
   * Checks the flags of this kind; opens nothing yet.
   * @throws UsageError for flags that contradict each other
   */
  choose(files: readonly string[], flags: SeedFlags): SeedChoice;
  /** Commands to suggest once the topic is filled. */
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
  /** Options of the seed that this choice sets. */
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

/** A suggested command as words without `millrace`, and what it does. */
export interface NextWords {
  readonly words: readonly string[];
  readonly does: string;
}

/** The named files, or else the shipped sample. `generated/` marks its rows: training leaves them out where there are real ones. */
export function filesOrSample(files: readonly string[], sample: string) {
  if (files.length > 0) return { paths: files, sourcePrefix: '' };
  return { paths: [packagePath('data', sample)], sourcePrefix: 'generated/' };
}

/** The option that makes a job read this topic, where it is not the job's default. */
export function inputSetting(topic: string, defaultTopic: string): string[] {
  return topic === defaultTopic ? [] : ['--set', `input=${topic}`];
}

/** The fields of the report's JSON that all kinds have. */
export function commonJson({ files: _files, groups: _groups, odd: _odd, facts: _facts, ...common }: SeedReport) {
  return common;
}
