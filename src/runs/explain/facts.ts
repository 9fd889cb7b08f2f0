import { MillraceError } from '../../errors.js';
import { findJob, type JobFolders } from '../../jobs/find-jobs.js';
import { resolveParameters } from '../../jobs/parameters.js';
import { type Broker, brokerAt } from '../../kafka/broker.js';
import { readTopicIds } from '../../kafka/topic-ids.js';
import { listTopics, type TopicDescription } from '../../kafka/topics.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { type ExecutorLosses, findExecutorLosses, isWaitingForExecutors } from '../../spark/driver-log.js';
import { explainFailure } from '../../spark/failure-cause.js';
import { findInitialOffsets, parseLoggedProgress } from '../../spark/logged-progress.js';
import { type MasterState, readMaster } from '../../spark/master.js';
import type { BatchProgress } from '../../spark/progress.js';
import type { Addresses, Target } from '../../targets/target.js';
import type { RunRecord } from '../run-record.js';
import { type RunStatus, readProgress, readRunStatus } from '../run-state.js';
import { type Attempt, type RunCause, readSupervision, type Supervision } from '../supervise/supervision.js';
import { type BatchResult, readBatchResult } from './batch.js';
import { type CheckpointFacts, readCheckpoint, unseenCheckpoint } from './checkpoint.js';
import { sumUp } from './figures.js';
import { type DeadLetter, readDeadLetter, readNewestTime, readWindowEnds } from './records.js';

/** A broker that is there answers at once; one that is not must not keep the explanation waiting. */
const BROKER = { retries: 1, requestTimeoutMs: 5_000, longestPauseMs: 500 };
/** A log of days is not read as a whole: what counts of an attempt is its newest trouble, and its end. */
const LOG_TAIL_BYTES = 2_000_000;

/** All that an explanation rests on. What could not be asked is null, which is a finding of its own. */
export interface ExplainFacts {
  readonly record: RunRecord;
  readonly status: RunStatus;
  readonly nowMs: number;
  /** `--set` of the parameters that differ from the job's defaults. */
  readonly settings: readonly string[];
  /** The command that the job's runs come from, where that is not `submit`. */
  readonly startedBy: string | null;
  /** The topics it reads; of a script of the user's own only its batches tell. */
  readonly reads: readonly string[];
  readonly progress: readonly BatchProgress[];
  /** Why it ended, where it ended badly. */
  readonly failure: RunCause | null;
  /** The drivers it has had. */
  readonly attempts: readonly Attempt[];
  readonly losses: ExecutorLosses | null;
  readonly isWaitingForExecutors: boolean;
  readonly checkpoint: CheckpointFacts | null;
  /** What a batch said at its end. */
  readonly batch: BatchResult | null;
  /** Where the broker should be; null when the cluster is down. */
  readonly bootstrapServers: string | null;
  /** The topics, by name; null when no broker answers. */
  readonly topics: ReadonlyMap<string, TopicDescription> | null;
  /** Ids of the topics now, where they could be asked. */
  readonly topicIds: ReadonlyMap<string, string> | null;
  /** Records of its topics that it has not read; null when no broker tells. */
  readonly waiting: number | null;
  /** When the newest record of its topic was produced; asked only where records wait. */
  readonly newestRecordMs: number | null;
  readonly master: MasterState | null;
  readonly deadLetter: DeadLetter | null;
  /** Ends of the windows among the newest results, milliseconds since 1970. */
  readonly windowEnds: readonly number[];
}

export interface ExplainSources {
  readonly target: Target;
  readonly project: ProjectFolder;
  readonly jobs: JobFolders;
  readonly signal: AbortSignal;
}

/** Asks everything at once; who does not answer leaves a null. */
export async function gatherFacts(sources: ExplainSources, record: RunRecord): Promise<ExplainFacts> {
  const { target, project, jobs } = sources;
  const { data } = target;
  const [addresses, status, supervision, { text: log }, written, ours, batch, job] = await Promise.all([
    orNull(target.addresses()),
    readRunStatus(target, project, record.run),
    readSupervision(project, record.run),
    data.tail(`runs/${record.run}/driver.log`, -LOG_TAIL_BYTES),
    readProgress(target, record.run),
    readCheckpoint(data, record),
    record.kind === 'batch' ? readBatchResult(data, record.run) : null,
    readJob(jobs, record),
  ]);
  const progress = written.length > 0 ? written : parseLoggedProgress(log);
  const start = findInitialOffsets(log);
  const checkpoint = ours ?? (start && unseenCheckpoint(start));
  const reads = topicsRead(record, progress, checkpoint);
  return {
    record,
    status,
    nowMs: Date.now(),
    ...job,
    reads,
    progress,
    failure: causeOf(status, supervision, log),
    attempts: supervision?.attempts ?? [],
    losses: findExecutorLosses(log) ?? null,
    isWaitingForExecutors: isWaitingForExecutors(log),
    checkpoint,
    batch,
    ...(await askCluster(sources, { record, reads, progress, checkpoint }, addresses)),
  };
}

function topicsRead(
  { reads }: RunRecord,
  progress: readonly BatchProgress[],
  checkpoint: CheckpointFacts | null,
): readonly string[] {
  if (reads.length > 0) return reads;
  const offsets = [checkpoint?.start, ...progress.map(({ endOffsets }) => endOffsets)];
  return [...new Set(offsets.flatMap((topics) => Object.keys(topics ?? {})))];
}

/** What its supervisor saw; where nobody was left to see it, what the log tells. */
function causeOf({ state, exitCode }: RunStatus, supervision: Supervision | undefined, log: string): RunCause | null {
  if (state !== 'failed' && state !== 'lost') return null;
  return supervision?.verdict?.cause ?? explainFailure(log, exitCode);
}

type ClusterFacts = Pick<
  ExplainFacts,
  'bootstrapServers' | 'topics' | 'topicIds' | 'waiting' | 'newestRecordMs' | 'master' | 'deadLetter' | 'windowEnds'
>;
type RunFacts = Pick<ExplainFacts, 'record' | 'reads' | 'progress' | 'checkpoint'>;

const NOTHING_KNOWN = {
  topics: null,
  topicIds: null,
  waiting: null,
  newestRecordMs: null,
  master: null,
  deadLetter: null,
  windowEnds: [],
};

async function askCluster(sources: ExplainSources, run: RunFacts, addresses: Addresses | null): Promise<ClusterFacts> {
  if (!addresses) return { ...NOTHING_KNOWN, bootstrapServers: null };
  const { bootstrapServers, masterUi } = addresses;
  const broker = brokerAt(bootstrapServers, BROKER);
  const [list, master = null] = await Promise.all([orNull(listTopics(broker)), readMaster(masterUi)]);
  const known = { ...NOTHING_KNOWN, bootstrapServers, master };
  if (!list) return known;
  const topics = new Map(list.map((topic) => [topic.topic, topic]));
  const waiting = countWaiting(run, topics);
  return { ...known, topics, waiting, ...(await readTopics(sources, broker, run, waiting)) };
}

/** Reading records costs a second: only what there is something to say about. */
async function readTopics(
  { signal }: ExplainSources,
  broker: Broker,
  { record, reads, progress }: RunFacts,
  waiting: number,
): Promise<Pick<ClusterFacts, 'topicIds' | 'newestRecordMs' | 'deadLetter' | 'windowEnds'>> {
  const { deadLetters, openRows } = sumUp(progress);
  const { name, writes } = record;
  const [topicIds, newestRecordMs, deadLetter, windowEnds] = await Promise.all([
    orNull(readTopicIds(broker, reads)),
    waiting > 0 && reads[0] ? readNewestTime(broker, reads[0], signal) : null,
    deadLetters > 0 ? readDeadLetter(broker, `${name}.dead-letters`, signal) : null,
    openRows > 0 && writes[0] ? readWindowEnds(broker, writes[0], signal) : [],
  ]);
  return { topicIds, newestRecordMs, deadLetter, windowEnds };
}

function countWaiting(
  { reads, progress, checkpoint }: RunFacts,
  topics: ReadonlyMap<string, TopicDescription>,
): number {
  const main = progress.some(({ query }) => query === 'topic') ? 'topic' : progress[0]?.query;
  const newest = progress.findLast(({ query, endOffsets }) => query === main && endOffsets)?.endOffsets;
  const reached = newest ?? checkpoint?.reached ?? checkpoint?.start;
  const partitions = reads.flatMap((name) =>
    (topics.get(name)?.partitions ?? []).map(({ partition, start, end }) =>
      Math.max(0, end - Math.max(start, reached?.[name]?.[partition] ?? 0)),
    ),
  );
  return partitions.reduce((sum, records) => sum + records, 0);
}

async function readJob(
  jobs: JobFolders,
  { job, script, parameters }: RunRecord,
): Promise<Pick<ExplainFacts, 'settings' | 'startedBy'>> {
  const definition = script === null ? await orNull(findJob(jobs, job)) : null;
  if (!definition) return { settings: [], startedBy: null };
  const defaults = resolveParameters(definition, []);
  const settings = Object.entries(parameters)
    .filter(([name, value]) => value !== null && value !== defaults[name])
    .map(([name, value]) => `${name}=${value}`);
  return { settings, startedBy: definition.startedBy ?? null };
}

/** What was to be asked, or null for an expected failure: a broker or cluster that is not there is no error here. */
async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof MillraceError) return null;
    throw error;
  }
}
