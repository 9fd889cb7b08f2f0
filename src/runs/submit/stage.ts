import { writeFileAtomic } from '../../project/atomic-file.js';
import { packageVersion } from '../../project/package-files.js';
import { settingsForLocalFiles } from '../../spark/local-files.js';
import { buildSubmitLine, connectorPackage } from '../../spark/submit-line.js';
import type { SubmitClient } from '../../targets/target.js';
import { hasCheckpoint, type RunPlan } from '../plan/run-plan.js';
import { RUNS_FOLDER } from '../record/run-paths.js';
import { reserveRun, runFile, writeRun } from '../record/run-record.js';
import { placeScript, scriptEnvironment } from './place-script.js';
import type { Preflight } from './preflight.js';
import type { RunContext, SubmitOptions } from './run-context.js';

/** Few partitions keep a micro-batch short; with two, a second executor (of one core) still has something to do. */
const SHUFFLE_PARTITIONS = 2;

/** What a run is made from: the plan, the options, and what the preflight found. */
export interface Staging {
  readonly plan: RunPlan;
  readonly options: SubmitOptions;
  readonly ready: Preflight;
}

/** Reserves an id, puts the script where the driver finds it, and writes `run.json` in the project. @returns the id */
export async function stage(context: RunContext, { plan, options, ready }: Staging): Promise<string> {
  const { target, project } = context;
  const { generation, gaps, kafka, addresses, schedulerArguments, client, topicEnds } = ready;
  const run = await reserveRun(project, plan.name, await target.data.list(RUNS_FOLDER));
  const { toleratesLoss = false } = options;
  const { script, text } = await placeScript(target, plan, { run, generation, kafka, toleratesLoss, topicEnds });
  const environment = scriptEnvironment(target, plan, run, kafka);
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
    writes: plan.writes.map(({ topic }) => topic),
    script: plan.script?.path ?? null,
    resources: plan.resources,
    restarts: plan.restarts,
    addresses,
    environment,
    submittedAt: new Date().toISOString(),
    command: submitLine(plan, options, { run, script, environment, client, schedulerArguments }),
  });
  return run;
}

interface LineOptions {
  readonly run: string;
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly client: SubmitClient;
  readonly schedulerArguments: readonly string[];
}

/** The command of the run's driver. */
export function submitLine(
  plan: RunPlan,
  { usesPackages }: Pick<SubmitOptions, 'usesPackages'>,
  line: LineOptions,
): string[] {
  const { run, script, environment, client, schedulerArguments } = line;
  const { sparkVersion, scalaVersion, connectorJars, localFilesJar } = client;
  const settings = settingsForLocalFiles(sparkVersion);
  return buildSubmitLine({
    ...client,
    schedulerArguments,
    name: run,
    script,
    args: plan.args,
    executorEnvironment: environment,
    resources: plan.resources,
    shufflePartitions: SHUFFLE_PARTITIONS,
    // Where a script has its checkpoints, and who else writes there, is its own affair.
    localFiles: localFilesJar && plan.script === null ? { jar: localFilesJar, settings } : undefined,
    connector: usesPackages ? { packages: connectorPackage(sparkVersion, scalaVersion) } : { jars: connectorJars },
  });
}
