import { randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import { parseJson } from '../../project/atomic-file.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { type CheckpointEnd, findTornEnd, metadataPath } from '../../spark/torn-checkpoint.js';
import type { SharedFiles, Target } from '../../targets/target.js';
import { withNameLock } from '../plan/name-lock.js';
import { checkpointFolder } from '../record/run-paths.js';
import { requireNoLiveRun } from '../state/live-runs.js';
import { checkpointErrors } from './checkpoint-errors.js';
import { currentGeneration, listQueries } from './generations.js';
import { compactTime, foldersOfName } from './name-folders.js';

export interface RepairOptions {
  readonly target: Target;
  readonly project: ProjectFolder;
  readonly name: string;
  /** Asks the user. @throws UsageError for a no */
  readonly confirm: (question: string) => Promise<void>;
  readonly now: Date;
}

export interface RepairReport {
  readonly name: string;
  readonly generation: number;
  /** The queries with a torn end; empty if nothing was torn. */
  readonly queries: readonly RepairedQuery[];
  /** The folder that has what was taken away, as the user knows it; null if nothing was. */
  readonly kept: string | null;
  /** Other files of the generation that are empty or cut off, as the user knows them. Nothing was done about them. */
  readonly damaged: readonly string[];
}

/** Files are named by their path in the folder of the query. */
export interface RepairedQuery {
  readonly query: string;
  readonly torn: readonly string[];
  readonly takenAway: readonly string[];
  /** The first batch that is played again; null if none is. */
  readonly again: number | null;
}

/** What is wrong with a generation. */
interface Diagnosis {
  readonly ends: ReadonlyArray<CheckpointEnd & { readonly folder: string }>;
  readonly damaged: readonly string[];
}

/**
 * Takes away what a power cut has torn at the end of a name's newest checkpoint, so that its stream starts again. Nothing is
 * deleted. It needs no cluster.
 * @throws UsageError for a name without a checkpoint, RUN_LIVE while a run of that name is live, CHECKPOINT_BEYOND_REPAIR
 */
export async function repairRuns(options: RepairOptions): Promise<RepairReport> {
  const { target, project, name } = options;
  await foldersOfName(target.data, name, ['checkpoints']);
  const { number: generation } = await currentGeneration(target.data, name);
  await requireNoLiveRun(target, project, name, '');
  const found = await diagnose(target.data, name, generation);
  if (found.ends.length === 0) return toReport(options, generation, found);
  const away = awayFolder(options, generation);
  await options.confirm(describeRepair(target.data, away, found));
  return withNameLock({ project, name, command: `millrace runs repair ${name}` }, async () => {
    await requireNoLiveRun(target, project, name, '');
    const diagnosis = await diagnose(target.data, name, generation);
    for (const end of diagnosis.ends) await takeAway(target.data, end, away);
    return toReport(options, generation, diagnosis);
  });
}

async function diagnose(data: SharedFiles, name: string, generation: number): Promise<Diagnosis> {
  const ends = [];
  for (const folder of await listQueries(data, name, generation)) {
    const end = await findTornEnd(data, folder);
    const query = posix.basename(folder);
    if (!end) throw checkpointErrors.CHECKPOINT_BEYOND_REPAIR({ runName: name, query });
    if (end.late.length > 0) ends.push({ ...end, folder });
  }
  return { ends, damaged: await findDamaged(data, checkpointFolder(name, generation)) };
}

/** Beside the queries lie files of millrace and of its scripts: JSON, and results that are not final yet as parquet. */
async function findDamaged(data: SharedFiles, folder: string): Promise<string[]> {
  const names = await data.list(folder);
  if (names.includes('offsets')) return []; // a query, which has been looked into
  const damaged: string[] = [];
  for (const name of names) {
    const path = `${folder}/${name}`;
    if (!name.includes('.')) damaged.push(...(await findDamaged(data, path)));
    else if (/\.(json|parquet)$/.test(name) && !isWhole(path, (await data.read(path)) ?? '')) damaged.push(path);
  }
  return damaged;
}

/** A file of parquet ends with the four letters that it begins with. */
function isWhole(path: string, text: string): boolean {
  return path.endsWith('.json') ? parseJson(text) !== undefined : text.endsWith('PAR1');
}

/** A name with a dot, so that it does not count as a query. */
function awayFolder({ name, now }: RepairOptions, generation: number): string {
  return `${checkpointFolder(name, generation)}/torn.${compactTime(now)}`;
}

/** Each file goes with the file of its checksum, by which Hadoop would reject the next file of that name. */
async function takeAway(data: SharedFiles, { folder, late }: Diagnosis['ends'][number], away: string): Promise<void> {
  const query = posix.basename(folder);
  for (const file of late) {
    const { dir, base } = posix.parse(file);
    const there = await data.list(dir);
    const to = `${away}/${query}${dir.slice(folder.length)}`;
    const names = [`.${base}.crc`, base].filter((name) => there.includes(name));
    for (const name of names) await data.rename(`${dir}/${name}`, `${to}/${name}`);
  }
  if (late.includes(metadataPath(folder))) await data.put(metadataPath(folder), JSON.stringify({ id: randomUUID() }));
}

function describeRepair(data: SharedFiles, away: string, { ends }: Diagnosis): string {
  const parts = ends.map(({ folder, late, again }) => {
    const replay = again === null ? '' : `, and it plays batch ${again} again`;
    return `${late.length} ${late.length === 1 ? 'file' : 'files'} of the query ${posix.basename(folder)} will be moved${replay}`;
  });
  return `${parts.join('; ')}. They will be in ${data.describe(away)}. Go on?`;
}

function toReport(options: RepairOptions, generation: number, { ends, damaged }: Diagnosis): RepairReport {
  const { data } = options.target;
  return {
    name: options.name,
    generation,
    queries: ends.map(({ folder, torn, late, again }) => ({
      query: posix.basename(folder),
      torn: torn.map((file) => within(folder, file)),
      takenAway: late.map((file) => within(folder, file)),
      again,
    })),
    kept: ends.length === 0 ? null : data.describe(awayFolder(options, generation)),
    damaged: damaged.map((file) => data.describe(file)),
  };
}

function within(folder: string, file: string): string {
  return file.slice(folder.length + 1);
}
