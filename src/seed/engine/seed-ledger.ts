import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TopicDescription } from '../../kafka/topics.js';
import { readJson, writeJsonAtomic } from '../../project/atomic-file.js';
import type { LedgerPlace } from '../source/source.js';

/** What this project has put into a topic. */
export interface SeedLedger {
  /** By source (a file name): how many of its records were sent. */
  readonly sources: Readonly<Record<string, number>>;
  /** Sum of the partitions' end offsets after the last seed. A topic with less was created again since. */
  readonly endOffsets: number;
  /** Newest event time sent, milliseconds since 1970. Times that a seed gives are never earlier; much older records get a warning. */
  readonly newestEventMs: number;
}

const EMPTY: SeedLedger = { sources: {}, endOffsets: 0, newestEventMs: 0 };

/** What the topic holds of this project's seeds. A topic that was emptied or created again since holds nothing. */
export async function readLedger(place: LedgerPlace, topic: TopicDescription): Promise<SeedLedger> {
  const ledger = (await readJson<SeedLedger>(ledgerPath(place, topic.topic))) ?? EMPTY;
  const isAnother = endOffsets(topic) < ledger.endOffsets;
  if (isAnother) return EMPTY;
  return topic.offsets === 0 ? { ...EMPTY, newestEventMs: ledger.newestEventMs } : ledger;
}

export async function writeLedger(place: LedgerPlace, topic: string, ledger: SeedLedger): Promise<void> {
  await writeJsonAtomic(ledgerPath(place, topic), ledger);
}

/** Deletes the ledgers of topics that are gone with their cluster: later topics of the same names are other ones. */
export async function forgetLedgers(place: LedgerPlace): Promise<void> {
  await rm(ledgersFolder(place), { recursive: true, force: true });
}

/** What a topic holds beside these sources, in words. Emptying the topic would delete that too, so the user is asked first. */
export function describeOthers(topic: TopicDescription, ledger: SeedLedger, sources: readonly string[]): string[] {
  const others = Object.keys(ledger.sources).filter((source) => !sources.includes(source));
  const foreign = countForeign(topic, ledger);
  if (foreign === 0) return others;
  return [...others, `${foreign} ${foreign === 1 ? 'offset' : 'offsets'} that this project did not fill`];
}

/** In offsets. The larger of two counts: expired records of this project hide foreign ones from the first, and the second sees only later ones. */
function countForeign(topic: TopicDescription, ledger: SeedLedger): number {
  const seeded = Object.values(ledger.sources).reduce((sum, records) => sum + records, 0);
  const writtenSince = endOffsets(topic) - ledger.endOffsets;
  return Math.min(topic.offsets, Math.max(0, topic.offsets - seeded, writtenSince));
}

export function endOffsets({ partitions }: TopicDescription): number {
  return partitions.reduce((sum, { end }) => sum + end, 0);
}

function ledgerPath(place: LedgerPlace, topic: string): string {
  return join(ledgersFolder(place), `${topic}.json`);
}

function ledgersFolder({ project, clusterId }: LedgerPlace): string {
  return join(project.state, 'seeds', clusterId);
}
