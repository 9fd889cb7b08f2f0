import { isNotFound, readJson, replaceFile, toJson, writeJsonAtomic } from '../../project/atomic-file.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { isAliveHere, type ProjectProcess } from '../../project/project-home.js';
import type { FailureCause } from '../../spark/failure-cause.js';
import { runFile } from '../record/run-record.js';

/** Why a driver or a run ended: what its log tells, or what its supervisor saw. */
export interface RunCause extends Omit<FailureCause, 'code'> {
  readonly code: FailureCause['code'] | 'ended-unasked' | 'not-launched';
}

/** One driver of a run: the first, or one that went on from the checkpoint after it. */
export interface DriverAttempt {
  /** From 1. Its files lie in data/runs/<run>/, and once the next one begins in data/runs/<run>/attempts/<number>/. */
  readonly number: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Null while it runs, and where nobody was left to write it down. */
  readonly exitCode: number | null;
  /** As Spark's master calls it, once it is registered there. */
  readonly application: string | null;
  /** Why it ended; null while it runs, or when it ended well. */
  readonly cause: RunCause | null;
}

export type EndState = 'stopped' | 'succeeded' | 'failed' | 'lost';

/** How the run ended, for good. */
export interface Verdict {
  readonly state: EndState;
  readonly exitCode: number | null;
  readonly cause: RunCause | null;
  readonly at: string;
}

/** `queued`: for cores; `launching`: its driver is on its way and holds no cores yet; `pausing`: before a restart. */
export type Phase = 'queued' | 'launching' | 'watching' | 'pausing';

/** What looks after a run writes this into the machine's half of it; nobody else does while it lives. */
export interface Supervision {
  readonly supervisor: ProjectProcess;
  readonly phase: Phase;
  /** What the run waits for, in words. */
  readonly note: string | null;
  readonly attempts: readonly DriverAttempt[];
  /** How many attempts do not count as restarts: those before somebody started the run again by hand. */
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

/** The same for one that was written before: where the run's folder was deleted since, it is not to come back. */
export async function updateSupervision(project: ProjectFolder, run: string, supervision: Supervision): Promise<void> {
  try {
    await replaceFile(runFile(project, run, FILE), toJson(supervision));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Whether somebody looks after the run now. */
export function isSupervised({ state }: ProjectFolder, supervision: Supervision | undefined): boolean {
  return supervision !== undefined && supervision.verdict === null && isAliveHere(state, supervision.supervisor);
}
