import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeJsonAtomic } from '../../project/atomic-file.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import type { Resources } from '../../spark/submit-line.js';
import type { Gap } from './gap.js';
import { fromStored, toStored } from './record-paths.js';
import type { RunAddresses } from './run-addresses.js';
import { runErrors } from './run-errors.js';

/** The trigger of a stream that reads the records that are there now, and then ends. */
export const AVAILABLE_NOW = 'available-now';

/** This machine's half of a run: what was submitted. Its other half lies on the target, in data/runs/<id>/. */
export interface RunRecord {
  readonly run: string;
  readonly name: string;
  readonly job: string;
  readonly kind: 'streaming' | 'batch';
  readonly target: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** `available-now` or an interval for streams, null for batches. */
  readonly trigger: string | null;
  readonly generation: number | null;
  /** Lost records that it skips, because `--tolerate-loss` was given; absent for runs of older versions. */
  readonly gaps?: readonly Gap[];
  readonly versions: { readonly millrace: string; readonly spark: string };
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Path of the user's own script; null for a job. */
  readonly script: string | null;
  readonly resources: Resources;
  /** How often its driver is started again after a failure. */
  readonly restarts: number;
  /** The addresses of the cluster that the script was given. */
  readonly addresses: RunAddresses;
  /** Environment variables of the driver, in addition to the target's own. */
  readonly environment: Readonly<Record<string, string>>;
  readonly submittedAt: string;
  readonly command: readonly string[];
}

/** A stream that goes on until it is stopped. A user's script does not count: it may end by itself. */
export function isEndless({ kind, script, trigger }: RunRecord): boolean {
  return kind === 'streaming' && script === null && trigger !== AVAILABLE_NOW;
}

/**
 * Takes the next free id of that name (`windowed-news-3`) by making its folder: of several processes only one can make it.
 * @param onTarget runs that have files on the target: these may be there longer than the records of this machine, and their
 *   exit codes and results must not be taken for those of a new run
 */
export async function reserveRun(project: ProjectFolder, name: string, onTarget: readonly string[]): Promise<string> {
  await mkdir(runsFolder(project), { recursive: true });
  const taken = [...(await readdir(runsFolder(project))), ...onTarget];
  for (let number = highestNumber(taken, name) + 1; ; number++) {
    const run = `${name}-${number}`;
    try {
      await mkdir(join(runsFolder(project), run));
      return run;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

export async function writeRun(project: ProjectFolder, record: RunRecord): Promise<void> {
  await writeJsonAtomic(join(runsFolder(project), record.run, 'run.json'), toStored(record, project));
}

/** Path of a file in this machine's half of a run. */
export function runFile(project: ProjectFolder, run: string, file: string): string {
  return join(runsFolder(project), run, file);
}

/** @throws RUN_MISSING, RUN_ELSEWHERE */
export async function readRun(project: ProjectFolder, target: string, run: string): Promise<RunRecord> {
  const record = await readRunIfThere(project, run);
  if (!record) throw runErrors.RUN_MISSING({ run, close: [] });
  if (record.target !== target) throw runErrors.RUN_ELSEWHERE({ run, target: record.target });
  return record;
}

export async function readRunIfThere(project: ProjectFolder, run: string): Promise<RunRecord | undefined> {
  if (!/^[\w.-]+$/.test(run)) return undefined;
  return readRecord(project, run);
}

/** For fields that the records of older versions do not have. */
const DEFAULTS = {
  script: null,
  resources: { cores: 1, executorMemory: '512m', driverMemory: '512m' },
  restarts: 0,
  addresses: {
    bootstrapServers: 'an unknown broker',
    jobBootstrapServers: 'an unknown broker',
    master: 'an unknown master',
    masterUi: 'http://127.0.0.1:0',
  },
  environment: {},
} as const satisfies Partial<RunRecord>;

/** Undefined for a file that is damaged or lacks a field: the record of one run must not hide the other runs. */
async function readRecord(project: ProjectFolder, run: string): Promise<RunRecord | undefined> {
  const read = await readJson<Partial<RunRecord> | null>(join(runsFolder(project), run, 'run.json'));
  const isWhole = [read?.run, read?.name, read?.job, read?.target, read?.submittedAt].every(
    (field) => typeof field === 'string',
  );
  return isWhole ? ({ ...DEFAULTS, ...fromStored(read as RunRecord, project) } as RunRecord) : undefined;
}

/** All runs on a target, the newest first. The state of a run can only be read on its own target. */
export async function readRuns(project: ProjectFolder, target: string): Promise<RunRecord[]> {
  return (await readAllRuns(project)).filter((record) => record.target === target);
}

/** The runs on all targets, the newest first. */
export async function readAllRuns(project: ProjectFolder): Promise<RunRecord[]> {
  const names = await namesIn(runsFolder(project));
  const records = await Promise.all(names.map((name) => readRecord(project, name)));
  return records.filter((record) => record !== undefined).sort((a, b) => b.submittedAt.localeCompare(a.submittedAt));
}

/** Empty if nothing was submitted yet. A folder that cannot be read is an error, since there may be runs in it. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Deletes this machine's half of all runs on a target. */
export async function forgetRuns(project: ProjectFolder, target: string): Promise<void> {
  for (const { run } of await readRuns(project, target)) await rm(join(runsFolder(project), run), { recursive: true });
}

function highestNumber(runs: readonly string[], name: string): number {
  const numbers = runs
    .filter((run) => run.startsWith(`${name}-`))
    .map((run) => run.slice(name.length + 1))
    .filter((rest) => /^\d+$/.test(rest))
    .map(Number);
  return Math.max(0, ...numbers);
}

function runsFolder({ state }: ProjectFolder): string {
  return join(state, 'runs');
}
