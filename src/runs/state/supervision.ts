import { isNotFound, readJson, replaceFile, toJson, writeJsonAtomic } from '../../project/atomic-file.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { isAliveHere, type ProjectProcess } from '../../project/project-home.js';
import type { FailureCause } from '../../spark/failure-cause.js';
import { runFile } from '../record/run-record.js';

/** Why a driver or a run ended: from its log, or as its supervisor saw it. */
export interface RunCause extends Omit<FailureCause, 'code'> {
  readonly code: FailureCause['code'] | 'ended-unasked' | 'not-launched';
}

/** One driver of a run: the first, or a later one, which goes on from the checkpoint. */
export interface DriverAttempt {
  /** From 1. Its files lie in data/runs/<run>/, and once the next one begins in data/runs/<run>/attempts/<number>/. */
  readonly number: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Null while it runs, and if no supervisor was left to write it down. */
  readonly exitCode: number | null;
  /** Spark's id for it, once the master knows it. */
  readonly application: string | null;
  /** The master that the script has chosen itself, `local` or an address: it holds no core of the cluster. Absent for others. */
  readonly ownMaster?: string;
  /** Why it ended; null while it runs, or when it ended well. */
  readonly cause: RunCause | null;
}

export const BESIDE_THE_CLUSTER = 'beside the cluster';

/** In the run's note, and at its end. */
export function describeOwnMaster(ownMaster: string): string {
  return `it runs ${BESIDE_THE_CLUSTER}, since its script has a master of its own (${ownMaster})`;
}

export type EndState = 'stopped' | 'succeeded' | 'failed' | 'lost';

/** How the run ended, for good. */
export interface Verdict {
  readonly state: EndState;
  readonly exitCode: number | null;
  readonly cause: RunCause | null;
  readonly at: string;
}

/** `queued`: waits for cores; `launching`: the driver starts and holds no cores yet; `pausing`: waits before a restart. */
export type Phase = 'queued' | 'launching' | 'watching' | 'pausing';

/** The supervisor writes this into this machine's half of a run. While it lives, no other process writes it. */
export interface Supervision {
  readonly supervisor: ProjectProcess;
  readonly phase: Phase;
  /** What the run waits for, in words. */
  readonly note: string | null;
  readonly attempts: readonly DriverAttempt[];
  /** How many attempts do not count as restarts: those before the user last started the run again. */
  readonly countedFrom: number;
  readonly verdict: Verdict | null;
}

const FILE = 'supervision.json';

export function readSupervision(project: ProjectFolder, run: string): Promise<Supervision | undefined> {
  return readJson<Supervision>(runFile(project, run, FILE));
}

export async function writeSupervision(project: ProjectFolder, run: string, supervision: Supervision): Promise<void> {
  await writeJsonAtomic(runFile(project, run, FILE), supervision);
}

/** Replaces one that was written before. If the run's folder was deleted since then, it is not made again. */
export async function updateSupervision(project: ProjectFolder, run: string, supervision: Supervision): Promise<void> {
  try {
    await replaceFile(runFile(project, run, FILE), toJson(supervision));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Whether a supervisor looks after the run now. */
export function isSupervised({ state }: ProjectFolder, supervision: Supervision | undefined): boolean {
  return supervision !== undefined && supervision.verdict === null && isAliveHere(state, supervision.supervisor);
}
