import type { JobFolders } from '../jobs/find-jobs.js';
import { type Broker, brokerAt } from '../kafka/broker.js';
import { listTopics } from '../kafka/topics.js';
import { writeFileAtomic } from '../project/atomic-file.js';
import { packageVersion } from '../project/package-files.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { Reporter } from '../report/reporter.js';
import { buildSubmitLine, connectorPackage } from '../spark/submit-line.js';
import type { Addresses, SubmitClient, Target } from '../targets/target.js';
import { currentGeneration } from './checkpoint.js';
import { describeGap, type Gap } from './find-gaps.js';
import { prepareTopics, requireBroker } from './prepare-topics.js';
import { previewName, renderRun } from './render-run.js';
import { RunLiveError } from './run-errors.js';
import { AVAILABLE_NOW, type PlanOptions, planRun, type RunPlan } from './run-plan.js';
import { reserveRun, runFile, writeRun } from './run-record.js';
import { markLaunch } from './run-state.js';
import { type SettledCheckpoint, type SettleOptions, settleCheckpoint } from './settle-checkpoint.js';
import { liveRuns } from './stop.js';

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
  /** Returns once the driver is launched. */
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
 * Checks, renders and launches a planned run. Nothing is written before all checks have passed.
 * @throws BrokerUnreachableError, ClusterNotRunningError, TopicMissingError, CheckpointChangedError, DataLostError, RunLiveError
 */
export async function startRun(
  context: RunContext,
  plan: RunPlan,
  options: SubmitOptions,
): Promise<{ run: string; hasNothingToRead: boolean }> {
  const { target, project } = context;
  const ground = await settle(context, plan, options);
  const run = await reserveRun(project, plan.name, await target.data.list('runs'));
  const command = await writeHalves(context, plan, options, { run, ...ground });
  const hasNothingToRead = plan.trigger === AVAILABLE_NOW && ground.waiting === 0;
  if (hasNothingToRead) await target.data.put(`runs/${run}/exit.json`, exitFile(new Date()));
  else await target.drivers.launch(run, command, ground.client.environment);
  return { run, hasNothingToRead };
}

/** Renders the script and names the command, as a submit would start it; nothing is started. */
export async function previewSubmit(context: RunContext, options: SubmitOptions): Promise<SubmitPreview> {
  const { target, jobs } = context;
  const plan = await planRun(jobs, options);
  const client = await target.drivers.submitClient();
  const addresses = await target.addresses();
  await warnOfMissingTopics(context, plan, brokerAt(addresses.bootstrapServers));
  const { number: generation } = await currentGeneration(target.data, plan.name);
  const { toleratesLoss = false } = options;
  const { script } = await renderRun(target, plan, { run: previewName(plan), generation, addresses, toleratesLoss });
  const command = submitLine(plan, options, { run: previewName(plan), script, client, addresses });
  return {
    script: target.src.describe(script),
    command: await target.drivers.commandLine(command, client.environment),
  };
}

/** Only a real submit makes topics: a pasted command would wait for ever for one that is missing. */
async function warnOfMissingTopics({ report }: RunContext, { reads, writes, deadLetters }: RunPlan, broker: Broker) {
  const there = new Set((await listTopics(broker)).map(({ topic }) => topic));
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
  return options.plan.job.kind === 'streaming' ? settleCheckpoint(options) : { generation: 1, notes: [], gaps: [] };
}

/** This machine's half of the run, and its folder on the target; returns the command. */
async function writeHalves(
  { target, project }: RunContext,
  plan: RunPlan,
  options: SubmitOptions,
  { run, generation, gaps, addresses, client }: Ground & { readonly run: string },
): Promise<readonly string[]> {
  const { toleratesLoss = false } = options;
  const { script, text } = await renderRun(target, plan, { run, generation, addresses, toleratesLoss });
  const command = submitLine(plan, options, { run, script, client, addresses });
  await markLaunch(target, run);
  await writeFileAtomic(runFile(project, run, script), text);
  await writeRun(project, {
    run,
    name: plan.name,
    job: plan.job.name,
    kind: plan.job.kind,
    target: target.name,
    parameters: plan.values,
    trigger: plan.trigger,
    generation: plan.job.kind === 'streaming' ? generation : null,
    gaps,
    versions: { millrace: packageVersion(), spark: client.sparkVersion },
    reads: plan.reads,
    writes: plan.writes,
    submittedAt: new Date().toISOString(),
    command,
  });
  return command;
}

interface LineOptions {
  readonly run: string;
  readonly script: string;
  readonly client: SubmitClient;
  readonly addresses: Addresses;
}

function submitLine({ job }: RunPlan, { usesPackages }: SubmitOptions, line: LineOptions): string[] {
  const { run, script, client, addresses } = line;
  const { sparkVersion, scalaVersion, connectorJars } = client;
  return buildSubmitLine({
    ...client,
    master: addresses.master,
    name: run,
    script,
    resources: job.resources,
    shufflePartitions: SHUFFLE_PARTITIONS,
    connector: usesPackages ? { packages: connectorPackage(sparkVersion, scalaVersion) } : { jars: connectorJars },
  });
}

/** How a run ends that had nothing to do; a driver's wrapper writes the same. */
function exitFile(now: Date): string {
  return `${JSON.stringify({ exitCode: 0, endedAt: now.toISOString() })}\n`;
}
