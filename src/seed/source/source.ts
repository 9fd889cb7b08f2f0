import type { Acknowledged } from '../../kafka/publish.js';
import type { IncomingRecord } from '../../kafka/read-records.js';
import type { TopicDescription } from '../../kafka/topics.js';
import type { ProjectFolder } from '../../project/project-folder.js';

/** An item, or the reason why what is at this place could not be read. `at` is the place in the source, such as a line. */
export type FoundItem<Raw> =
  | { readonly at: number | string; readonly raw: Raw }
  | { readonly at: number | string; readonly problem: string };

/** Some items of a source, all from one file (or other name). */
export interface SourceBatch<Raw> {
  /** The name in the ledger: `audi.csv`. */
  readonly source: string;
  /** Put before an item's `at`, it gives the item's position: `audi.csv:` and `12`. */
  readonly positionPrefix: string;
  readonly items: readonly FoundItem<Raw>[];
  /**
   * Called once all of the batch is in the topic, and awaited before the next batch is asked for.
   * @param itemsRead how many items of the batch were used: fewer than all if the limit was reached
   * @param isLast whether this is the last batch because of the limit
   */
  onPublished?(itemsRead: number, isLast: boolean): Promise<void>;
}

/** Where items come from. The mapping decides which of them become records, and how. */
export interface Source<Raw> {
  /** The names of what it reads, as the ledger has them. */
  readonly names: readonly string[];
  /** The files that it reads: `--record` must not write to any of them. */
  readonly files?: readonly FileIdentity[];
  /** It runs until Ctrl-C, which counts as a normal end: the report is still given. */
  readonly isEndless?: boolean;
  /**
   * Reads all of it and publishes nothing, so that a damaged end of a file is found before `--replace` empties the topic.
   * @throws UsageError
   */
  check(signal: AbortSignal): Promise<void>;
  /** About how many items there are; absent if one would have to read everything to know. */
  estimateTotal?(): Promise<number>;
  /** Of a source that remembers by itself, even after a kill, what it has published. For others `--resume` reads the topic's keys. */
  recall?(start: SeedStart): Promise<KnownKeys>;
  /** A file source begins at its first item each time it is called; a feed begins where it last stopped. */
  batches(start: SeedStart): AsyncIterable<SourceBatch<Raw>>;
  /** Called with the offsets of each batch that the broker has acknowledged. */
  acknowledged?(offsets: readonly Acknowledged[]): void;
  describeProgress(counts: Readonly<SeedCounts>): { readonly label: string; readonly unit: string };
  /** Numbers that only this source has, for the report: polls, pages. */
  facts?(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
}

/** The keys of the records that came before. */
export interface KnownKeys {
  has(key: string): boolean;
  /** @param value the value of the record with this key */
  add(key: string, value: unknown): void;
  /** Whether this item, from which no record can be made, was rejected before. */
  hasRejected?(raw: unknown): boolean;
}

/** The topic when a seed begins to publish to it. */
export interface SeedStart {
  readonly reader: TopicReader;
  readonly place: LedgerPlace;
  readonly topic: TopicDescription;
  /** Newest event time that this project has sent to it, milliseconds since 1970; 0 for none. */
  readonly newestEventMs: number;
  /** The counts of the seed; they change while it runs. */
  readonly counts: Readonly<SeedCounts>;
  readonly signal: AbortSignal;
  /** Writes the ledger in the middle of a long seed; call it only when the last batch is completely in the topic. */
  saveLedger(): Promise<void>;
}

/** Where the ledgers are. A project may have had several clusters, each with topics of the same names. */
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

/** Reads what the topic holds already. */
export interface TopicReader {
  /** The topic's id, which changes when the topic is created again; null where the broker gives no ids. */
  readId(): Promise<string | null>;
  /**
   * Reads all records that the topic holds from these offsets on.
   * @throws the signal's reason, as soon as it aborts
   */
  readFrom(
    offsets: ReadonlyMap<number, number>,
    signal: AbortSignal,
    onRecord: (record: IncomingRecord) => void,
  ): Promise<void>;
}
