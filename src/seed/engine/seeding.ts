import type { ProjectFolder } from '../../project/project-folder.js';
import type { Reporter } from '../../report/reporter.js';
import type { KafkaEndpoint } from '../../targets/kafka-endpoint.js';
import type { Mapping } from '../mapping/mapping.js';
import type { LateWords } from '../pace/late-records.js';
import type { SeedPace } from '../pace/pace.js';
import type { SeedCounts, Source } from '../source/source.js';

/** What is seeded: a source, and what its items become. */
export interface Seeding<Raw = unknown, Value = unknown> {
  readonly source: Source<Raw>;
  readonly mapping: Mapping<Raw, Value>;
  readonly words: SeedWords;
}

/** How the messages speak of the records. */
export interface SeedWords {
  /** `listing`. */
  readonly one: string;
  /** What happens to odd ones: `published, and training leaves it out`. */
  readonly odd?: string;
  /** Set where a job drops records that are late. */
  readonly late?: LateWords;
}

export interface SeedContext {
  /** @throws ClusterNotRunningError */
  kafka(): Promise<KafkaEndpoint>;
  readonly project: ProjectFolder;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  /** Asks before `--replace` also deletes records of other sources. */
  readonly confirm: (question: string) => Promise<void>;
}

export interface SeedOptions {
  readonly topic: string;
  /** Stops after this many items, duplicates not counted. */
  readonly limit?: number | undefined;
  readonly pace?: SeedPace;
  /** Publishes sources that the topic holds already, too. */
  readonly isAppending?: boolean;
  /** Empties the topic first. */
  readonly isReplacing?: boolean;
  /** Goes on with a seed that was broken off: leaves out the keys that the topic holds. */
  readonly isResuming?: boolean;
  /** Appends the items that came in to this file. */
  readonly recordPath?: string | undefined;
}

export interface SeedReport extends Readonly<SeedCounts> {
  readonly topic: string;
  readonly seconds: number;
  /** Offsets that the topic held before (also before `--replace` emptied it) and after. */
  readonly offsets: { readonly before: number; readonly after: number };
  readonly rejectsFile: string | null;
  /** How many items were read from each of the source's names. */
  readonly files: readonly { readonly file: string; readonly read: number }[];
  /** Records per group, most first. */
  readonly groups: Readonly<Record<string, number>>;
  /** Published although they are unlikely: `ford.csv:17728 year 2060`. */
  readonly odd: readonly string[];
  /** Numbers that only this kind of source has, such as polls. */
  readonly facts: Readonly<Record<string, number>>;
}
