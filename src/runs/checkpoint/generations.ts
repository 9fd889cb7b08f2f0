import { toJson } from '../../project/atomic-file.js';
import type { SharedFiles } from '../../targets/target.js';
import { checkpointFolder, nameFolder } from '../record/run-paths.js';
import type { Change } from './change.js';
import { checkpointErrors } from './checkpoint-errors.js';
import { judgeChanges } from './checkpoint-guard.js';
import { type Fingerprint, parseFingerprint } from './fingerprint.js';

const FINGERPRINT = 'fingerprint.json';

export interface Generation {
  readonly number: number;
  /** Whether it has a checkpoint from which a run goes on. */
  readonly isUsed: boolean;
}

export interface ChosenGeneration extends Generation {
  /** What has changed since it began, but does not stop the run; also lost topics. */
  readonly changes: readonly Change[];
  /** Why a new generation begins although the user did not ask for one; otherwise null. */
  readonly whyNew: string | null;
}

export async function currentGeneration(data: SharedFiles, name: string): Promise<Generation> {
  const numbers = (await data.list(nameFolder('checkpoints', name))).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const number = Math.max(1, ...numbers);
  return { number, isUsed: (await listQueries(data, name, number)).length > 0 };
}

/** Folders of the queries that have run in a generation. Names with a dot beside them are files, or drafts of files. */
export async function listQueries(data: SharedFiles, name: string, generation: number): Promise<string[]> {
  const folder = checkpointFolder(name, generation);
  const entries = (await data.list(folder)).filter((entry) => !entry.includes('.'));
  return entries.map((query) => `${folder}/${query}`);
}

/**
 * The generation that a run with this fingerprint goes on in: the newest one of the same Kafka cluster, since each cluster has
 * topics of its own. On a cluster without a generation a new one begins.
 * @throws CHECKPOINT_CHANGED saying what changed, before anything has started
 */
export async function chooseGeneration(
  data: SharedFiles,
  name: string,
  fingerprint: Fingerprint,
  isNewWanted: boolean,
): Promise<ChosenGeneration> {
  const { number, isUsed } = await currentGeneration(data, name);
  const unused = { number: isUsed ? number + 1 : number, isUsed: false, changes: [], whyNew: null };
  const newest = await readFingerprint(data, name, number);
  const isOurs = newest?.cluster === fingerprint.cluster;
  if (isNewWanted || (!isUsed && (!newest || isOurs))) return unused;
  if (!newest) throw checkpointErrors.CHECKPOINT_CHANGED({ runName: name, changes: ['its fingerprint is missing'] });
  const ours = isOurs
    ? { number, fingerprint: newest }
    : await newestOnCluster(data, name, number - 1, fingerprint.cluster);
  if (!ours) return { ...unused, whyNew: unused.number > 1 ? whyNew(name, newest) : null };
  return {
    number: ours.number,
    isUsed: true,
    changes: requireAllowed(name, ours.fingerprint, fingerprint),
    whyNew: null,
  };
}

function whyNew(name: string, { cluster }: Fingerprint): string {
  return cluster === ''
    ? `the checkpoint of ${name} was made by an older millrace, which did not record its Kafka cluster`
    : `the checkpoint of ${name} is of another Kafka cluster`;
}

/** A lost topic is no change of the job, so it is not refused here: `prepareCheckpoint` looks at the offsets first. */
function requireAllowed(name: string, before: Fingerprint, after: Fingerprint): readonly Change[] {
  const { changes } = judgeChanges(before, after);
  const refused = changes.filter(({ answer, lostTopic }) => answer === 'refused' && lostTopic === undefined);
  if (refused.length === 0) return changes;
  throw checkpointErrors.CHECKPOINT_CHANGED({ runName: name, changes: refused.map(({ words }) => words) });
}

async function newestOnCluster(data: SharedFiles, name: string, newest: number, cluster: string) {
  for (let number = newest; number >= 1; number--) {
    const fingerprint = await readFingerprint(data, name, number);
    if (fingerprint?.cluster === cluster) return { number, fingerprint };
  }
  return undefined;
}

export async function readFingerprint(
  data: SharedFiles,
  name: string,
  generation: number,
): Promise<Fingerprint | undefined> {
  return parseFingerprint((await data.read(`${checkpointFolder(name, generation)}/${FINGERPRINT}`)) ?? '', name);
}

export async function writeFingerprint(
  data: SharedFiles,
  name: string,
  generation: number,
  fingerprint: Fingerprint,
): Promise<void> {
  await data.put(`${checkpointFolder(name, generation)}/${FINGERPRINT}`, toJson(fingerprint));
}
