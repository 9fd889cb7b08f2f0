import { parseJson } from '../../project/atomic-file.js';
import type { SharedFiles, Target } from '../../targets/target.js';
import { driverLogPath, runPath } from '../record/run-paths.js';

/** What the script writes once its queries have started. */
export interface Application {
  readonly id: string;
  readonly ui: string | null;
  /** Every query has committed a batch, or has seen that there is nothing to read. */
  readonly settled: boolean;
  /** What its queries write; absent for scripts of older versions. */
  readonly outputs?: readonly QueryOutput[];
}

/** The topic is null for parquet. */
export interface QueryOutput {
  readonly query: string;
  readonly mode: 'update' | 'append';
  readonly topic: string | null;
}

/** Undefined before its queries have started, and if the file is damaged. */
export async function readApplication({ data }: Target, run: string): Promise<Application | undefined> {
  return parseJson<Application>((await data.read(runPath(run, 'application.json'))) ?? '');
}

/** The file that asks a run to end. The script, the supervisor and all commands that show the state look for it. */
const MARKER = 'stop';

type OnTarget = { readonly data: SharedFiles };

export async function hasStopMarker({ data }: OnTarget, run: string): Promise<boolean> {
  return (await data.read(runPath(run, MARKER))) !== undefined;
}

export async function putStopMarker({ data }: OnTarget, run: string): Promise<void> {
  await data.put(runPath(run, MARKER), '');
}

export async function removeStopMarker({ data }: OnTarget, run: string): Promise<void> {
  await data.remove(runPath(run, MARKER));
}

/** A driver says why it ended within this many bytes before the end of its log. */
const CAUSE_WITHIN_BYTES = 200_000;

/** The end of the present attempt's log. The log of a run of several days is too long to be read as a whole. */
export async function readLogEnd(data: SharedFiles, run: string, bytes = CAUSE_WITHIN_BYTES): Promise<string> {
  return (await data.tail(driverLogPath(run), -bytes)).text;
}
