import { parseJson } from '../project/atomic-file.js';
import type { SharedFiles } from '../targets/target.js';
import { canLoad, readStateStores, type StateStore } from './state-store.js';

/** A block begins with this, a byte for the method, and three sizes, which are 0 in the block at the end. */
const LZ4_BLOCK = 'LZ4Block';

/** How the checkpoint of a query ends. */
export interface CheckpointEnd {
  /** Files that are empty or end in the middle, or are missing. */
  readonly torn: readonly string[];
  /** All files that have to go so that Spark goes on, whole or torn. */
  readonly late: readonly string[];
  /** The batch that is played next, the first one that is played again; null where no batch is. */
  readonly again: number | null;
}

/** What lies in a query's folder, and what is known of it so far. */
interface Checkpoint {
  readonly query: string;
  readonly offsets: readonly number[];
  readonly commits: readonly number[];
  readonly stores: readonly StateStore[];
  readonly torn: ReadonlySet<string>;
  readonly isWhole: (path: string) => Promise<boolean>;
}

/**
 * What a power cut has torn of a query's checkpoint. Spark does not sync these files to the disk, so several of the newest ones
 * may be empty, and then it does not start the query.
 *
 * Batch n begins with `offsets/<n>` and ends with `commits/<n>`. It goes on from both files of the batch before, and from version n
 * of the state. So what is newer than the last of these goes.
 * @returns undefined where no batch can be played any more
 */
export async function findTornEnd(data: SharedFiles, query: string): Promise<CheckpointEnd | undefined> {
  const checkpoint = await readCheckpoint(data, query);
  const next = await findNext(checkpoint);
  if (next === undefined) return undefined;
  const late = await findLate(checkpoint, next);
  for (const path of await othersThatStopSpark(data, checkpoint)) await checkpoint.isWhole(path);
  const torn = [...checkpoint.torn];
  return { torn, late: [...new Set([...late, ...torn])], again: late.length > 0 ? next : null };
}

/** The id of a query stands there. Without it Spark starts no query on its checkpoint, with any other it does. */
export function metadataPath(query: string): string {
  return `${query}/metadata`;
}

async function readCheckpoint(data: SharedFiles, query: string): Promise<Checkpoint> {
  const numbersIn = async (folder: string) =>
    (await data.list(`${query}/${folder}`)).filter((name) => /^\d+$/.test(name)).map(Number);
  const looks = new Map<string, boolean>();
  const torn = new Set<string>();
  const isWhole = async (path: string) => {
    const is = looks.get(path) ?? isWholeText(path, (await data.read(path)) ?? '');
    looks.set(path, is);
    if (!is) torn.add(path);
    return is;
  };
  const [offsets, commits] = [await numbersIn('offsets'), await numbersIn('commits')];
  return { query, offsets, commits, stores: await readStateStores(data, query), torn, isWhole };
}

/** The newest batch that Spark can play. Batch 0 only where it is on record: later it would read everything anew. */
async function findNext(checkpoint: Checkpoint): Promise<number | undefined> {
  const known = [...checkpoint.offsets, ...checkpoint.commits];
  const [oldest, newest] = [Math.min(...known), Math.max(-1, ...known)];
  for (let batch = newest + 1; batch > oldest; batch--) if (await canPlay(checkpoint, batch)) return batch;
  return oldest > 0 && known.length > 0 ? undefined : 0;
}

async function canPlay(checkpoint: Checkpoint, batch: number): Promise<boolean> {
  const before = batch - 1;
  // Both are looked at, so that both are named.
  const log = [await isInLog(checkpoint, 'commits', before), await isInLog(checkpoint, 'offsets', before)];
  if (log.includes(false)) return false;
  for (const store of checkpoint.stores) if (!(await canLoad(store, batch, checkpoint.isWhole))) return false;
  return true;
}

async function isInLog(checkpoint: Checkpoint, folder: 'offsets' | 'commits', batch: number): Promise<boolean> {
  return checkpoint[folder].includes(batch) && checkpoint.isWhole(`${checkpoint.query}/${folder}/${batch}`);
}

/** What is torn goes last: if this is broken off, the rest is found again. */
async function findLate(checkpoint: Checkpoint, next: number): Promise<string[]> {
  const { query, offsets, commits, stores } = checkpoint;
  const isPlanned = await isInLog(checkpoint, 'offsets', next);
  const lateCommits = commits.filter((batch) => batch >= next).map((batch) => `${query}/commits/${batch}`);
  const lateOffsets = offsets.filter((batch) => batch > next || (batch === next && !isPlanned));
  const log = [...lateOffsets.map((batch) => `${query}/offsets/${batch}`), ...lateCommits];
  // The state of a batch that was not committed is left by any kill, and Spark replaces it.
  if (log.length === 0) return [];
  const state = stores.flatMap(({ snapshots, deltas }) => [...deltas, ...snapshots]);
  return [...state.filter(({ version }) => version > next).map(({ path }) => path), ...log];
}

/** Written with the first batch, and read at each start; the metadata has to be there. */
async function othersThatStopSpark(data: SharedFiles, { query, offsets, stores }: Checkpoint): Promise<string[]> {
  const sources = await data.list(`${query}/sources`);
  const starts = sources.map(async (source) =>
    (await data.list(`${query}/sources/${source}`)).includes('0') ? [`${query}/sources/${source}/0`] : [],
  );
  const hasMetadata = offsets.length > 0 || (await data.list(query)).includes('metadata');
  return [
    ...(hasMetadata ? [metadataPath(query)] : []),
    ...stores.flatMap(({ schema }) => schema ?? []),
    ...(await Promise.all(starts)).flat(),
  ];
}

function isWholeText(path: string, text: string): boolean {
  if (/^\0*$/.test(text)) return false;
  const [, log] = /\/(offsets|commits)\/\d+$/.exec(path) ?? [];
  if (log !== undefined) return isLogText(text, log === 'offsets' ? 2 : 1);
  if (/\.(delta|snapshot)$/.test(path)) return isStateText(text);
  // What the other files hold differs between versions of Spark, but it ends with a closing brace.
  return /[}\]]\s*$/.test(text);
}

/**
 * The version, then JSON in each line; `-` for a source that has given nothing. Offsets have a line for each source. Spark takes
 * a commit that ends after its version, and goes on with a watermark of 1970.
 */
function isLogText(text: string, atLeast: number): boolean {
  const [version = '', ...lines] = text.split('\n');
  return /^v\d+$/.test(version) && lines.length >= atLeast && lines.every((line) => line === '-' || isJson(line));
}

/** LZ4 blocks, and an empty one at the end; a state that is packed in another way is not looked into. */
function isStateText(text: string): boolean {
  return !text.startsWith(LZ4_BLOCK) || (text.slice(-21).startsWith(LZ4_BLOCK) && text.endsWith('\0'.repeat(12)));
}

function isJson(text: string): boolean {
  return parseJson(text) !== undefined;
}
