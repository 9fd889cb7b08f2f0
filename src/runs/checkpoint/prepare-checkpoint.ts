import type { Broker } from '../../kafka/broker.js';
import { readTopicIds } from '../../kafka/topic-ids.js';
import { createTopics, describeTopic, readClusterId } from '../../kafka/topics.js';
import { parseJson, toJson } from '../../project/atomic-file.js';
import { readResumeOffsets } from '../../spark/offset-log.js';
import type { TopicOffsets } from '../../spark/offsets.js';
import type { SharedFiles, Target } from '../../targets/target.js';
import type { RunPlan } from '../plan/run-plan.js';
import type { Gap } from '../record/gap.js';
import { checkpointFolder } from '../record/run-paths.js';
import type { Change } from './change.js';
import { checkpointErrors } from './checkpoint-errors.js';
import { findGaps } from './find-gaps.js';
import { type Fingerprint, fingerprintOf } from './fingerprint.js';
import { type ChosenGeneration, chooseGeneration, listQueries, writeFingerprint } from './generations.js';

export interface PrepareCheckpointOptions {
  readonly target: Pick<Target, 'data'>;
  readonly plan: RunPlan;
  readonly broker: Broker;
  readonly sparkVersion: string;
  readonly isNewCheckpoint: boolean;
  /** Goes on although records are lost, and names them. */
  readonly toleratesLoss: boolean;
}

export interface PreparedCheckpoint {
  readonly generation: number;
  /** Why a new generation begins although the user did not ask for one; otherwise null. */
  readonly whyNew: string | null;
  readonly createdTopics: readonly string[];
  /** What has changed and the user should know; nothing that stops the run. */
  readonly changes: readonly Change[];
  readonly gaps: readonly Gap[];
}

/**
 * Finds the generation that a stream goes on in, compares its fingerprint with the job and its offsets with the topics, and
 * writes the new fingerprint. Nothing is written before all comparisons have passed.
 * @throws CHECKPOINT_CHANGED, DATA_LOST, OFFSET_LOG_UNREADABLE
 */
export async function prepareCheckpoint(options: PrepareCheckpointOptions): Promise<PreparedCheckpoint> {
  const { plan, broker, isNewCheckpoint, toleratesLoss } = options;
  const { data } = options.target;
  const before = await takeFingerprint(options);
  const chosen = await chooseGeneration(data, plan.name, before, isNewCheckpoint);
  const gaps = chosen.isUsed ? await findAllGaps(options, chosen, before) : [];
  if (gaps.length > 0 && !toleratesLoss) throw checkpointErrors.DATA_LOST({ runName: plan.name, gaps });
  const missing = before.topics.filter(({ id }) => id === null).map(({ name }) => name);
  // Created here: the fingerprint needs their ids, which the next submit compares.
  const created = missing.length > 0 ? await createTopics(broker, missing) : [];
  const fingerprint = created.length > 0 ? await takeFingerprint(options) : before;
  await writeFingerprint(data, plan.name, chosen.number, fingerprint);
  if (gaps.length > 0) await recordGaps(data, plan.name, chosen.number, gaps);
  const changes = chosen.changes.filter(({ answer }) => answer === 'noted');
  return { generation: chosen.number, whyNew: chosen.whyNew, createdTopics: created, changes, gaps };
}

async function takeFingerprint({ plan, broker, sparkVersion }: PrepareCheckpointOptions) {
  const [cluster, topicIds] = await Promise.all([readClusterId(broker), readTopicIds(broker, plan.reads)]);
  return fingerprintOf(plan, { cluster, topicIds, sparkVersion });
}

async function findAllGaps(
  { target: { data }, plan, broker }: PrepareCheckpointOptions,
  chosen: ChosenGeneration,
  { topics, sinks }: Fingerprint,
): Promise<Gap[]> {
  // A query that the job no longer starts, such as that for alerts, stays at its old offsets: no records are lost by that.
  const isStarted = (folder: string) => sinks.some(({ query }) => folder.endsWith(`/${query}`));
  const queries = (await listQueries(data, plan.name, chosen.number)).filter(isStarted);
  const positions = await Promise.all(queries.map((query) => readResumeOffsets(data, query)));
  const lost = new Set(chosen.changes.flatMap(({ lostTopic }) => lostTopic ?? []));
  const perTopic = topics.map(async ({ name: topic, id }) => {
    const partitions = id === null ? [] : (await describeTopic(broker, topic)).partitions;
    return findGaps({ topic, partitions, isRecreated: lost.has(topic) }, lowest(positions, topic));
  });
  return (await Promise.all(perTopic)).flat();
}

/** Where a run has several queries, each reads at its own pace: a record is lost if one of them has not read it. */
function lowest(positions: readonly (TopicOffsets | undefined)[], topic: string): TopicOffsets[string] {
  const lowestOf: Record<string, number> = {};
  for (const offsets of positions) {
    for (const [partition, at] of Object.entries(offsets?.[topic] ?? {})) {
      lowestOf[partition] = Math.min(at, lowestOf[partition] ?? at);
    }
  }
  return lowestOf;
}

/** In the checkpoint's folder, since the records of the runs may be deleted earlier. */
async function recordGaps(data: SharedFiles, name: string, generation: number, gaps: readonly Gap[]): Promise<void> {
  const file = `${checkpointFolder(name, generation)}/gaps.json`;
  const earlier = parseJson<readonly object[]>((await data.read(file)) ?? '') ?? [];
  const at = new Date().toISOString();
  await data.put(file, toJson([...earlier, ...gaps.map((gap) => ({ at, ...gap }))]));
}
