import { parseJson } from '../../project/atomic-file.js';
import type { SharedFiles, Target } from '../../targets/target.js';
import { driverLogPartPath, driverLogPath, logFolder, logPartOf, runPath } from '../record/run-paths.js';

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

/** The end of the present attempt's log. */
export async function readLogEnd(data: SharedFiles, run: string, bytes = CAUSE_WITHIN_BYTES): Promise<string> {
  const { text, nextByte } = await data.tail(driverLogPath(run), -bytes);
  const part = nextByte < bytes ? (await listLogParts(data, run)).at(-1) : undefined;
  if (part === undefined) return text;
  return (await data.tail(driverLogPartPath(run, part), nextByte - bytes)).text + text;
}

/** An application begins within this many bytes. */
const START_BYTES = 1_000_000;

/** The beginning of a log. */
export async function readLogStart(data: SharedFiles, run: string, attempt?: number): Promise<string> {
  const isMoved = (await listLogParts(data, run, attempt)).includes(1);
  const path = isMoved ? driverLogPartPath(run, 1, attempt) : driverLogPath(run, attempt);
  return (await data.tail(path, 0, START_BYTES)).text;
}

/** The numbers of the parts to which run-driver.sh has moved a long log, the first and the newest. */
export async function listLogParts(data: SharedFiles, run: string, attempt?: number): Promise<number[]> {
  const names = await data.list(logFolder(run, attempt));
  return names.flatMap((name) => logPartOf(name) ?? []).sort((a, b) => a - b);
}
