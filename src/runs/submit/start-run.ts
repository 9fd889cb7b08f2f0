import { MillraceError } from '../../errors.js';
import type { JobFolders } from '../../jobs/find-jobs.js';
import { type Broker, brokerAt } from '../../kafka/broker.js';
import { listTopicNames } from '../../kafka/topics.js';
import { writeFileAtomic } from '../../project/atomic-file.js';
import { packageVersion } from '../../project/package-files.js';
import { identifyProcess } from '../../project/process-identity.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import type { Reporter } from '../../report/reporter.js';
import { buildSubmitLine, connectorPackage } from '../../spark/submit-line.js';
import type { Addresses, SubmitClient, Target } from '../../targets/target.js';
import { currentGeneration } from '../checkpoint/checkpoint.js';
import { describeGap, type Gap } from '../checkpoint/find-gaps.js';
import { type SettledCheckpoint, type SettleOptions, settleCheckpoint } from '../checkpoint/settle-checkpoint.js';
import { RunLiveError } from '../run-errors.js';
import { reserveRun, runFile, writeRun } from '../run-record.js';
import { liveRuns } from '../stop.js';
import { startSupervisor } from '../supervise/start-supervisor.js';
import { type Phase, type Supervision, writeSupervision } from '../supervise/supervision.js';
import { requireRoom, withRoomLock } from '../supervise/take-room.js';
import { placeScript, scriptEnvironment } from './place-script.js';
import { prepareTopics, requireBroker } from './prepare-topics.js';
import { previewName } from './render-run.js';
import { AVAILABLE_NOW, type PlanOptions, planSubmit, type RunPlan } from './run-plan.js';

/** Executors have one core; few partitions keep a micro-batch short, two leave room for a second core later. */
const SHUFFLE_PARTITIONS = 2;

export interface RunContext {
  readonly target: Target;
  readonly project: ProjectFolder;
  readonly jobs: JobFolders;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

export interface SubmitOptions extends PlanOptions {
  readonly isNewCheckpoint?: boolean;
  /** Goes on where records are gone that the checkpoint points at. */
  readonly toleratesLoss?: boolean;
  /** The connector by --packages: resolved on every submit, through Ivy. */
  readonly usesPackages?: boolean;
  /** Waits for cores, where there are too few, instead of refusing. */
  readonly isQueueing?: boolean;
  /** Returns once the run is looked after. */
  readonly isDetached?: boolean;
  /** Stays with a stream; an abort then lets go of it. */
  readonly isFollowing?: boolean;
}

export interface SubmitPreview {
  readonly script: string;
  readonly command: string;
}

/** What is settled before a run gets its id. */
interface Ground {
  readonly addresses: Addresses;
  readonly client: SubmitClient;
  readonly generation: number;
  readonly gaps: readonly Gap[];
  /** Records in the topics that are read. */
  readonly waiting: number;
}

/**
 * Checks, renders and hands a planned run to its supervisor, which launches it. Nothing is written before all checks have
 * passed.
 * @throws BrokerUnreachableError, ClusterNotRunningError, TopicMissingError, CheckpointChangedError, DataLostError,
 *   RunLiveError, RoomMissingError, MasterUnreachableError
 */
export async function startRun(
  context: RunContext,
  plan: RunPlan,
  options: SubmitOptions,
): Promise<{ run: string; hasNothingToRead: boolean }> {
  const { target, project } = context;
  const ground = await settle(context, plan, options);
  const hasNothingToRead = plan.trigger === AVAILABLE_NOW && plan.script === null && ground.waiting === 0;
  if (hasNothingToRead) return { run: await endAtOnce(context, plan, options, ground), hasNothingToRead };
  const run = await withRoomLock(context, `millrace submit ${plan.name}`, async () => {
    // Looked for again, now that nobody else can take it.
    const { free } = await requireRoom(context, placeOf(plan, ground.addresses), options.isQueueing ?? false);
    const id = await reserveRun(project, plan.name, await target.data.list('runs'));
    await writeHalves(context, plan, options, { run: id, ...ground });
    await writeSupervision(project, id, firstSupervision(free >= plan.resources.cores ? 'launching' : 'queued'));
    return id;
  });
  await beSupervised(context, run);
  return { run, hasNothingToRead };
}

/** A run that nobody could be found for has failed, else it would count as starting as long as this process lives. */
async function beSupervised({ target, project }: RunContext, run: string): Promise<void> {
  try {
    await startSupervisor(project, target.name, run);
  } catch (error) {
    const [words, cure] = error instanceof MillraceError ? [error.message, error.hint] : [String(error), null];
    const cause = { code: 'not-launched', words, isTransient: false, cure } as const;
    const verdict = { state: 'failed', exitCode: null, cause, at: new Date().toISOString() } as const;
    await writeSupervision(project, run, { ...firstSupervision('launching'), verdict });
    throw error;
  }
}

function placeOf({ name, resources }: RunPlan, addresses: Addresses) {
  return { name, resources, addresses };
}

/** Until the supervisor shows itself, this process stands for it: should it be killed, nobody looks after the run. */
function firstSupervision(phase: Phase): Supervision {
  const supervisor = identifyProcess(process.pid) ?? { pid: process.pid, startTime: 'unknown' };
  return { supervisor, phase, note: null, attempts: [], countedFrom: 0, verdict: null };
}

/** A run that has nothing to do has succeeded; a driver's wrapper writes the same exit code. */
async function endAtOnce(context: RunContext, plan: RunPlan, options: SubmitOptions, ground: Ground): Promise<string> {
  const { target, project } = context;
  const run = await reserveRun(project, plan.name, await target.data.list('runs'));
  await writeHalves(context, plan, options, { run, ...ground });
  const at = new Date().toISOString();
  await target.data.put(`runs/${run}/exit.json`, `${JSON.stringify({ exitCode: 0, endedAt: at })}\n`);
  const verdict = { state: 'succeeded', exitCode: 0, cause: null, at } as const;
  await writeSupervision(project, run, { ...firstSupervision('launching'), verdict });
  return run;
}

/** Renders the script and names the command, as a submit would start it; nothing is started. */
export async function previewSubmit(context: RunContext, options: SubmitOptions): Promise<SubmitPreview> {
  const { target, jobs } = context;
  const plan = await planSubmit(jobs, options);
  const client = await target.drivers.submitClient();
  const addresses = await target.addresses();
  await warnOfMissingTopics(context, plan, brokerAt(addresses.bootstrapServers));
  const { number: generation } = await currentGeneration(target.data, plan.name);
  const run = previewName(plan);
  const { toleratesLoss = false } = options;
  const { script } = await placeScript(target, plan, { run, generation, addresses, toleratesLoss });
  const environment = scriptEnvironment(target, plan, run, addresses);
  const command = submitLine(plan, options, { run, script, environment, client, addresses });
  return {
    script: target.src.describe(script),
    command: await target.drivers.commandLine(command, { ...client.environment, ...environment }),
  };
}

/** Only a real submit makes topics: a pasted command would wait for ever for one that is missing. */
async function warnOfMissingTopics({ report }: RunContext, { reads, writes, deadLetters }: RunPlan, broker: Broker) {
  const there = new Set(await listTopicNames(broker));
  const missing = [...reads, ...writes, ...(deadLetters ? [deadLetters] : [])].filter((topic) => !there.has(topic));
  for (const topic of missing) report.warn(`topic ${topic} is missing, make it first: millrace topic create ${topic}`);
}

async function settle(context: RunContext, plan: RunPlan, options: SubmitOptions): Promise<Ground> {
  const { target, report } = context;
  const addresses = await target.addresses();
  const broker = brokerAt(addresses.bootstrapServers);
  await requireBroker(broker);
  await refuseIfLive(context, plan);
  const client = await target.drivers.submitClient();
  await requireRoom(context, placeOf(plan, addresses), options.isQueueing ?? false);
  const { generation, notes, gaps } = await settleIfStreaming({
    ...{ target, plan, broker, sparkVersion: client.sparkVersion },
    ...{ isNewCheckpoint: options.isNewCheckpoint ?? false, toleratesLoss: options.toleratesLoss ?? false },
  });
  for (const note of notes) report.say(note);
  for (const gap of gaps) report.warn(`never read: ${describeGap(gap)}`);
  const waiting = await prepareTopics(broker, plan, report);
  return { addresses, client, generation, gaps, waiting };
}

async function refuseIfLive({ target, project }: RunContext, { name }: RunPlan): Promise<void> {
  const live = (await liveRuns(target, project)).find((run) => run.name === name);
  if (live) throw new RunLiveError(live.run);
}

async function settleIfStreaming(options: SettleOptions): Promise<SettledCheckpoint> {
  return hasCheckpoint(options.plan) ? settleCheckpoint(options) : { generation: 1, notes: [], gaps: [] };
}

/** This machine's half of the run, and its scripts on the target. */
async function writeHalves(
  { target, project }: RunContext,
  plan: RunPlan,
  options: SubmitOptions,
  { run, generation, gaps, addresses, client }: Ground & { readonly run: string },
): Promise<void> {
  const { toleratesLoss = false } = options;
  const { script, text } = await placeScript(target, plan, { run, generation, addresses, toleratesLoss });
  const environment = scriptEnvironment(target, plan, run, addresses);
  await writeFileAtomic(runFile(project, run, script), text);
  await writeRun(project, {
    run,
    name: plan.name,
    job: plan.job.name,
    kind: plan.job.kind,
    target: target.name,
    parameters: plan.values,
    trigger: plan.trigger,
    generation: hasCheckpoint(plan) ? generation : null,
    gaps,
    versions: { millrace: packageVersion(), spark: client.sparkVersion },
    reads: plan.reads,
    writes: plan.writes,
    script: plan.script?.path ?? null,
    resources: plan.resources,
    restarts: plan.restarts,
    addresses,
    environment,
    submittedAt: new Date().toISOString(),
    command: submitLine(plan, options, { run, script, environment, client, addresses }),
  });
}

/** A script of the user's checkpoints where it says so itself. */
function hasCheckpoint({ job, script }: RunPlan): boolean {
  return job.kind === 'streaming' && script === null;
}

interface LineOptions {
  readonly run: string;
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly client: SubmitClient;
  readonly addresses: Addresses;
}

function submitLine(plan: RunPlan, { usesPackages }: SubmitOptions, line: LineOptions): string[] {
  const { run, script, environment, client, addresses } = line;
  const { sparkVersion, scalaVersion, connectorJars } = client;
  return buildSubmitLine({
    ...client,
    master: addresses.master,
    name: run,
    script,
    args: plan.args,
    executorEnvironment: environment,
    resources: plan.resources,
    shufflePartitions: SHUFFLE_PARTITIONS,
    connector: usesPackages ? { packages: connectorPackage(sparkVersion, scalaVersion) } : { jars: connectorJars },
  });
}
