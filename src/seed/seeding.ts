import type { Broker } from '../kafka/broker.js';
import type { Acknowledged } from '../kafka/publish.js';
import type { TopicDescription } from '../kafka/topics.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { Reporter } from '../report/reporter.js';
import type { Counts } from './publish-records.js';
import type { RejectsFile } from './rejects-file.js';
import type { LedgerPlace } from './seed-ledger.js';
import type { SourcedItem } from './seed-tally.js';

export interface SeedContext {
  readonly bootstrapServers: string;
  readonly project: ProjectFolder;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  /** Asks before records that this seed does not name are deleted too. */
  readonly confirm: (question: string) => Promise<void>;
}

export interface SeedOptions {
  readonly topic: string;
  readonly ratePerSecond?: number | undefined;
  /** Publishes also what the topic already holds. */
  readonly isAppending?: boolean;
  /** Empties the topic first. */
  readonly isReplacing?: boolean;
}

/** The topic as a plan finds it when its items are asked for. */
export interface SeedStart {
  readonly broker: Broker;
  readonly place: LedgerPlace;
  readonly topic: TopicDescription;
  /** Newest event time that this project has sent to it, milliseconds since 1970; 0 for none. */
  readonly newestEventMs: number;
  readonly signal: AbortSignal;
  /** Writes down what the topic holds by now, for a plan that goes on for long; right after a flush only. */
  saveLedger(): Promise<void>;
}

/** What is to be published: the sources it comes from, and its items. */
export interface SeedPlan {
  readonly sources: readonly string[];
  /** Goes on until Ctrl-C, which then is no failure: the report tells of what came until then. */
  readonly isEndless?: boolean;
  /** What to do after Ctrl-C, as a hint, where the same command would be refused: a part of its sources is in the topic. */
  readonly wayOn?: string | undefined;
  /**
   * Reads every source to its end, and publishes nothing: a file that breaks off far down shows before a topic is emptied.
   * @throws UsageError
   */
  check(signal: AbortSignal): Promise<void>;
  items(start: SeedStart): AsyncIterable<SourcedItem>;
  /** Told where each batch has come to lie. */
  acknowledged?(offsets: readonly Acknowledged[]): void;
  describeProgress(counts: Counts): { label: string; done: number; total?: number; unit: string };
}

/** What adds up over the attempts of one seed. */
export interface SeedTotals {
  /** When the first attempt began to publish; undefined before. */
  startedAt: number | undefined;
  readonly counts: Counts;
  readonly rejects: RejectsFile;
  recordsBefore: number | undefined;
}

export interface SeedReport extends Readonly<Counts> {
  readonly topic: string;
  readonly seconds: number;
  /** Records in the topic before (also before `--replace` emptied it) and after, from its offsets. */
  readonly records: { readonly before: number; readonly after: number };
  readonly rejectsFile: string | null;
}
