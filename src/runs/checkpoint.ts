import { type JobDefinition, resolveValue } from '../jobs/job-definition.js';
import type { ParameterValues } from '../jobs/parameters.js';
import { parseJson } from '../project/atomic-file.js';
import type { SharedFiles } from '../targets/target.js';
import { CheckpointChangedError } from './run-errors.js';

/** What a checkpoint depends on; a change of any of it needs a new one. */
export interface Fingerprint {
  readonly job: string;
  /** Id of the Kafka cluster: offsets of another one's topics mean nothing, though the names are the same. */
  readonly cluster: string;
  readonly topics: readonly string[];
  readonly resultTopics: readonly string[];
  readonly keys: Readonly<Record<string, string>>;
  readonly window: string | null;
  readonly slide: string | null;
  readonly watermark: string | null;
  readonly sparkVersion: string;
}

export interface Generation {
  readonly number: number;
  /** Whether a run goes on there. */
  readonly isUsed: boolean;
}

export function fingerprintOf(
  job: JobDefinition,
  values: ParameterValues,
  { cluster, sparkVersion }: Pick<Fingerprint, 'cluster' | 'sparkVersion'>,
): Fingerprint {
  const { state } = job;
  return {
    job: job.name,
    cluster,
    topics: job.reads.map((topic) => String(resolveValue(topic, values))),
    resultTopics: job.writes.map((topic) => String(resolveValue(topic, values))),
    keys: state?.keys ?? {},
    window: resolveValue(state?.window, values),
    slide: resolveValue(state?.slide, values),
    watermark: resolveValue(state?.watermark, values),
    sparkVersion,
  };
}

export function checkpointFolder(name: string, generation: number): string {
  return `checkpoints/${name}/${generation}`;
}

export function outputFolder(name: string, generation: number): string {
  return `out/${name}/${generation}`;
}

export async function currentGeneration(data: SharedFiles, name: string): Promise<Generation> {
  const numbers = (await data.list(`checkpoints/${name}`)).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const number = Math.max(1, ...numbers);
  const queries = (await data.list(checkpointFolder(name, number))).filter((entry) => entry !== 'fingerprint.json');
  return { number, isUsed: queries.length > 0 };
}

/**
 * The generation that a run with this fingerprint goes on in: the newest one of its Kafka cluster, since each cluster has
 * topics of its own. On a cluster that has none yet the next generation begins.
 * @throws CheckpointChangedError saying what changed, before anything has started
 */
export async function chooseGeneration(
  data: SharedFiles,
  name: string,
  fingerprint: Fingerprint,
  isNewWanted: boolean,
): Promise<Generation> {
  const { number, isUsed } = await currentGeneration(data, name);
  const free = { number: isUsed ? number + 1 : number, isUsed: false };
  const newest = await readFingerprint(data, name, number);
  const isOurs = newest?.cluster === fingerprint.cluster;
  if (isNewWanted || (!isUsed && (!newest || isOurs))) return free;
  if (!newest) throw new CheckpointChangedError(name, ['its fingerprint is missing']);
  const ours = isOurs
    ? { number, fingerprint: newest }
    : await newestOnCluster(data, name, number - 1, fingerprint.cluster);
  if (!ours) return free;
  const changes = compare(ours.fingerprint, fingerprint);
  if (changes.length > 0) throw new CheckpointChangedError(name, changes);
  return { number: ours.number, isUsed: true };
}

async function newestOnCluster(data: SharedFiles, name: string, newest: number, cluster: string) {
  for (let number = newest; number >= 1; number--) {
    const fingerprint = await readFingerprint(data, name, number);
    if (fingerprint?.cluster === cluster) return { number, fingerprint };
  }
  return undefined;
}

async function readFingerprint(data: SharedFiles, name: string, generation: number): Promise<Fingerprint | undefined> {
  return parseJson((await data.read(`${checkpointFolder(name, generation)}/fingerprint.json`)) ?? '');
}

export async function writeFingerprint(
  data: SharedFiles,
  name: string,
  generation: number,
  fingerprint: Fingerprint,
): Promise<void> {
  await data.put(`${checkpointFolder(name, generation)}/fingerprint.json`, `${JSON.stringify(fingerprint, null, 2)}\n`);
}

function compare(before: Fingerprint, after: Fingerprint): string[] {
  return (Object.keys(after) as (keyof Fingerprint)[])
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => `${field} was ${show(before[field])}, is ${show(after[field])}`);
}

function show(value: unknown): string {
  return value === null || value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
}
