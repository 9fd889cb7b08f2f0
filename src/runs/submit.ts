import { basename } from 'node:path';
import type { JobFolders } from '../jobs/find-jobs.js';
import { brokerAt } from '../kafka/broker.js';
import { writeFileAtomic } from '../project/atomic-file.js';
import { withLock } from '../project/lock.js';
import { packageVersion } from '../project/package-files.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { Reporter } from '../report/reporter.js';
import { buildSubmitLine, connectorPackage, toShell } from '../spark/submit-line.js';
import type { SubmitClient, Target } from '../targets/target.js';
import { chooseGeneration, fingerprintOf, writeFingerprint } from './checkpoint.js';
import { prepareTopics, requireBroker } from './prepare-topics.js';
import { renderRun } from './render-run.js';
import { RunLiveError } from './run-errors.js';
import { AVAILABLE_NOW, type PlanOptions, planRun, type RunPlan } from './run-plan.js';
import { reserveRun, runFile, writeRun } from './run-record.js';
import { isLive, type RunState, readApplication, readRunStatus } from './run-state.js';
import { liveRuns, stopRun } from './stop.js';
import { throwIfFailed, waitForRunEnd, waitUntilSettled } from './wait.js';

const LOCK_WAIT_MS = 30_000;
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
  /** The connector by --packages: resolved on every submit, through Ivy. */
  readonly usesPackages?: boolean;
  /** Returns once the driver is launched. */
  readonly isDetached?: boolean;
  /** Stays with a stream; an abort then lets go of it. */
  readonly isFollowing?: boolean;
}

export interface SubmitReport {
  readonly run: string;
  readonly state: RunState;
  /** The application's own, once it has ended. */
  readonly exitCode: number | null;
  /** Why nothing was started, where nothing had to be. */
  readonly note: string | null;
  readonly ui: string | null;
}

export interface SubmitPreview {
  readonly script: string;
  readonly command: string;
}

/**
 * Checks, renders and starts a job. Batches and `available-now` are waited for, an abort stops them; a stream is let go
 * after its first committed batch. A failed run is reported by its state; `submitOrThrow` throws instead.
 * @throws UsageError, BrokerUnreachableError, ClusterNotRunningError, TopicMissingError, CheckpointChangedError, RunLiveError
 */
export async function submit(context: RunContext, options: SubmitOptions): Promise<SubmitReport> {
  const plan = await planRun(context.jobs, options);
  const lock = `${context.project.state}/locks/name-${plan.name}.lock`;
  const locking = { command: `millrace submit ${plan.job.name}`, waitMs: LOCK_WAIT_MS, signal: context.signal };
  const { run, hasNothingToRead } = await withLock(lock, locking, () => start(context, plan, options));
  if (hasNothingToRead) return { run, state: 'succeeded', exitCode: 0, note: 'nothing to read', ui: null };
  return waitAsRuled(context, plan, run, options);
}

/** Like `submit`, for callers that need the run to have succeeded. @throws JobFailedError */
export async function submitOrThrow(context: RunContext, options: SubmitOptions): Promise<SubmitReport> {
  const report = await submit(context, options);
  await throwIfFailed(context.target, report.run, report);
  return report;
}

/** Renders the script and names the command, as `submit` would start it; nothing is started. */
export async function previewSubmit(context: RunContext, options: SubmitOptions): Promise<SubmitPreview> {
  const plan = await planRun(context.jobs, options);
  const { target } = context;
  const client = await target.drivers.submitClient();
  const addresses = await target.addresses();
  const { script } = await renderRun(target, plan, { run: plan.name, generation: 1, addresses });
  const command = submitLine(client, plan, { run: plan.name, script, master: addresses.master, options });
  const environment = Object.entries(client.environment).map(([name, value]) => `${name}=${value}`);
  return { script: target.src.describe(script), command: toShell(['env', ...environment, ...command]) };
}

async function start(
  context: RunContext,
  plan: RunPlan,
  options: SubmitOptions,
): Promise<{ run: string; hasNothingToRead: boolean }> {
  const { target, project, report } = context;
  const addresses = await target.addresses();
  const broker = brokerAt(addresses.bootstrapServers);
  await requireBroker(broker);
  await refuseIfLive(context, plan);
  const client = await target.drivers.submitClient();
  const fingerprint = fingerprintOf(plan.job, plan.values, client.sparkVersion);
  const generation = await chooseGeneration(target.data, plan.name, fingerprint, options.isNewCheckpoint ?? false);
  const waiting = await prepareTopics(broker, plan, report);
  const run = await reserveRun(project, plan.name);
  const { script, text } = await renderRun(target, plan, { run, generation: generation.number, addresses });
  const command = submitLine(client, plan, { run, script, master: addresses.master, options });
  await writeFileAtomic(runFile(project, run, basename(script)), text);
  await writeRun(project, {
    run,
    name: plan.name,
    job: plan.job.name,
    kind: plan.job.kind,
    target: target.name,
    parameters: plan.values,
    trigger: plan.trigger,
    generation: plan.job.kind === 'streaming' ? generation.number : null,
    versions: { millrace: packageVersion(), spark: client.sparkVersion },
    reads: plan.reads,
    writes: plan.writes,
    submittedAt: new Date().toISOString(),
    command,
  });
  await target.data.makeFolder(`runs/${run}`);
  if (plan.trigger === AVAILABLE_NOW && waiting === 0) {
    await target.data.put(
      `runs/${run}/exit.json`,
      `${JSON.stringify({ exitCode: 0, endedAt: new Date().toISOString() })}\n`,
    );
    return { run, hasNothingToRead: true };
  }
  if (plan.job.kind === 'streaming') await writeFingerprint(target.data, plan.name, generation.number, fingerprint);
  await target.drivers.launch(run, command, client.environment);
  return { run, hasNothingToRead: false };
}

async function refuseIfLive({ target, project }: RunContext, { name }: RunPlan): Promise<void> {
  const live = (await liveRuns(target, project)).find((run) => run.name === name);
  if (live) throw new RunLiveError(live.run);
}

interface LineOptions {
  readonly run: string;
  readonly script: string;
  readonly master: string;
  readonly options: SubmitOptions;
}

function submitLine(client: SubmitClient, { job }: RunPlan, { run, script, master, options }: LineOptions): string[] {
  return buildSubmitLine({
    sparkSubmit: client.sparkSubmit,
    master,
    propertiesFile: client.propertiesFile,
    python: client.python,
    name: run,
    script,
    resources: job.resources,
    shufflePartitions: SHUFFLE_PARTITIONS,
    connector: options.usesPackages
      ? { packages: connectorPackage(client.sparkVersion, client.scalaVersion) }
      : { jars: client.connectorJars },
  });
}

async function waitAsRuled(
  context: RunContext,
  plan: RunPlan,
  run: string,
  options: SubmitOptions,
): Promise<SubmitReport> {
  const { target, project, signal } = context;
  if (options.isDetached) return { run, state: 'starting', exitCode: null, note: null, ui: null };
  const isBounded = plan.job.kind === 'batch' || plan.trigger === AVAILABLE_NOW;
  const waiting = { ...context, run };
  try {
    const status = isBounded ? await waitForRunEnd(waiting) : await waitUntilSettled(waiting);
    const ui = (await readApplication(target, run))?.ui ?? null;
    if (options.isFollowing && isLive(status.state)) return { run, ...(await follow(waiting)), ui };
    return { run, ...status, note: null, ui };
  } catch (error) {
    if (signal.aborted) await stopRun(target, project, run);
    throw error;
  }
}

/** Ctrl-C lets go of a stream that is only watched. */
async function follow(
  waiting: RunContext & { run: string },
): Promise<Pick<SubmitReport, 'state' | 'exitCode' | 'note'>> {
  try {
    return { ...(await waitForRunEnd(waiting)), note: null };
  } catch (error) {
    if (!waiting.signal.aborted) throw error;
    return { ...(await readRunStatus(waiting.target, waiting.run)), note: 'let go; it goes on running' };
  }
}
