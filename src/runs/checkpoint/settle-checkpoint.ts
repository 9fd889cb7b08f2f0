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

export interface SettleOptions {
  readonly target: Pick<Target, 'data'>;
  readonly plan: RunPlan;
  readonly broker: Broker;
  readonly sparkVersion: string;
  readonly isNewCheckpoint: boolean;
  /** Goes on where records are lost, and tells which. */
  readonly toleratesLoss: boolean;
}

export interface SettledCheckpoint {
  readonly generation: number;
  /** Why the next generation begins though nobody asked for it; null else. */
  readonly whyNew: string | null;
  readonly createdTopics: readonly string[];
  /** What has changed, does not forbid to go on, and should be known. */
  readonly changes: readonly Change[];
  readonly gaps: readonly Gap[];
}

/**
 * Finds the generation that a stream goes on in, compares what it was made with and where it stands with the job and the
 * topics of today, and lays the new fingerprint beside it. Nothing is written before all of this has passed.
 * @throws CHECKPOINT_CHANGED, DATA_LOST, OFFSET_LOG_UNREADABLE
 */
export async function settleCheckpoint(options: SettleOptions): Promise<SettledCheckpoint> {
  const { plan, broker, isNewCheckpoint, toleratesLoss } = options;
  const { data } = options.target;
  const before = await takeFingerprint(options);
  const chosen = await chooseGeneration(data, plan.name, before, isNewCheckpoint);
  const gaps = chosen.isUsed ? await findAllGaps(options, chosen, before) : [];
  if (gaps.length > 0 && !toleratesLoss) throw checkpointErrors.DATA_LOST({ runName: plan.name, gaps });
  const missing = before.topics.filter(({ id }) => id === null).map(({ name }) => name);
  // Made here, since an id that is not written down now could not be compared at the next submit.
  const created = missing.length > 0 ? await createTopics(broker, missing) : [];
  const fingerprint = created.length > 0 ? await takeFingerprint(options) : before;
  await writeFingerprint(data, plan.name, chosen.number, fingerprint);
  if (gaps.length > 0) await recordGaps(data, plan.name, chosen.number, gaps);
  const changes = chosen.changes.filter(({ answer }) => answer === 'noted');
  return { generation: chosen.number, whyNew: chosen.whyNew, createdTopics: created, changes, gaps };
}

async function takeFingerprint({ plan, broker, sparkVersion }: SettleOptions) {
  const [cluster, topicIds] = await Promise.all([readClusterId(broker), readTopicIds(broker, plan.reads)]);
  return fingerprintOf(plan, { cluster, topicIds, sparkVersion });
}

async function findAllGaps(
  { target: { data }, plan, broker }: SettleOptions,
  chosen: ChosenGeneration,
  { topics, sinks }: Fingerprint,
): Promise<Gap[]> {
  // A query that is not started any more, as that for alerts, keeps its old place for ever: nothing is lost by that.
  const isStarted = (folder: string) => sinks.some(({ query }) => folder.endsWith(`/${query}`));
  const queries = (await listQueries(data, plan.name, chosen.number)).filter(isStarted);
  const positions = await Promise.all(queries.map((query) => readResumeOffsets(data, query)));
  const lost = new Set(chosen.changes.flatMap(({ lostTopic }) => lostTopic ?? []));
  const perTopic = topics.map(async ({ name: topic, id }) => {
    const partitions = id === null ? [] : (await describeTopic(broker, topic)).partitions;
    return findGaps({ topic, partitions, isMadeAnew: lost.has(topic) }, lowest(positions, topic));
  });
  return (await Promise.all(perTopic)).flat();
}

/** The queries of a run read the same topics, each at its own pace: a record is lost when one of them has not read it. */
function lowest(positions: readonly (TopicOffsets | undefined)[], topic: string): TopicOffsets[string] {
  const lowestOf: Record<string, number> = {};
  for (const offsets of positions) {
    for (const [partition, at] of Object.entries(offsets?.[topic] ?? {})) {
      lowestOf[partition] = Math.min(at, lowestOf[partition] ?? at);
    }
  }
  return lowestOf;
}

/** Kept as long as the checkpoint, longer than the records of the runs. */
async function recordGaps(data: SharedFiles, name: string, generation: number, gaps: readonly Gap[]): Promise<void> {
  const file = `${checkpointFolder(name, generation)}/gaps.json`;
  const earlier = parseJson<readonly object[]>((await data.read(file)) ?? '') ?? [];
  const at = new Date().toISOString();
  await data.put(file, toJson([...earlier, ...gaps.map((gap) => ({ at, ...gap }))]));
}
