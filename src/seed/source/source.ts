import type { Acknowledged } from '../../kafka/publish.js';
import type { IncomingRecord } from '../../kafka/read-records.js';
import type { TopicDescription } from '../../kafka/topics.js';
import type { ProjectFolder } from '../../project/project-folder.js';

/** One thing found in a source: `at` is its place there, such as a line; then what it is, or what is wrong with that place. */
export type FoundItem<Raw> =
  | { readonly at: number | string; readonly raw: Raw }
  | { readonly at: number | string; readonly problem: string };

/** What a source gives at once: all of it comes from one of its names. */
export interface SourceBatch<Raw> {
  /** The name in the ledger: `audi.csv`. */
  readonly source: string;
  /** What stands before an item's `at` in its position: `audi.csv:`. */
  readonly place: string;
  readonly items: readonly FoundItem<Raw>[];
  /**
   * Awaited once all of the batch is in the topic; the next batch is asked for after that.
   * @param looked how many of the items were looked at: fewer than all where a limit was reached
   * @param isLast no other batch is asked for
   */
  settled?(looked: number, isLast: boolean): Promise<void>;
}

/** Where things come from. Which of them become records, and how, is the mapping's business. */
export interface Source<Raw> {
  /** What it reads, as the ledger knows it. */
  readonly names: readonly string[];
  /** The files among it: none of them may be recorded to. */
  readonly files?: readonly FileIdentity[];
  /** Goes on until Ctrl-C, which then is no failure: the report tells of what came until then. */
  readonly isEndless?: boolean;
  /**
   * Reads all of it and publishes nothing: a file that breaks off far down shows before a topic is emptied.
   * @throws UsageError
   */
  check(signal: AbortSignal): Promise<void>;
  /** About how many items there are; left out where only reading all of it would tell. */
  estimateTotal?(): Promise<number>;
  /** What it knows itself of the topic's records, and keeps over a kill; without it `--resume` reads the topic back. */
  recall?(start: SeedStart): Promise<KnownKeys>;
  /** From the beginning each time it is called. */
  batches(start: SeedStart): AsyncIterable<SourceBatch<Raw>>;
  /** Told where each batch of records has come to lie. */
  acknowledged?(offsets: readonly Acknowledged[]): void;
  describeProgress(counts: Readonly<SeedCounts>): { readonly label: string; readonly unit: string };
  /** Numbers of its own for the report: polls, pages. */
  facts?(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
}

/** What came before, by the keys of its records. */
export interface KnownKeys {
  has(key: string): boolean;
  /** @param value that of the record */
  add(key: string, value: unknown): void;
  /** Whether that, which is no record, was kept aside already. */
  hasRejected?(raw: unknown): boolean;
}

/** The topic as a seed finds it when it begins to publish. */
export interface SeedStart {
  readonly reader: TopicReader;
  readonly place: LedgerPlace;
  readonly topic: TopicDescription;
  /** Newest event time that this project has sent to it, milliseconds since 1970; 0 for none. */
  readonly newestEventMs: number;
  /** As they stand at any moment. */
  readonly counts: Readonly<SeedCounts>;
  readonly signal: AbortSignal;
  /** Writes down what the topic holds by now, for a seed that goes on for long; right after a batch has settled only. */
  saveLedger(): Promise<void>;
}

/** Whose ledgers: a project may have had clusters on several targets, each with topics of the same names. */
export interface LedgerPlace {
  readonly project: ProjectFolder;
  readonly clusterId: string;
}

export interface SeedCounts {
  read: number;
  /** Acknowledged by the broker. */
  published: number;
  rejected: number;
  duplicates: number;
}

/** The topic as a seed looks back at it. */
export interface TopicReader {
  /** Another one for a topic that was created again; null for a broker that tells none. */
  readId(): Promise<string | null>;
  /**
   * All records that the topic holds from these offsets on.
   * @throws what the signal says, as soon as it aborts
   */
  readFrom(
    offsets: ReadonlyMap<number, number>,
    signal: AbortSignal,
    onRecord: (record: IncomingRecord) => void,
  ): Promise<void>;
}
