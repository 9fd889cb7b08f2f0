import { writeFileAtomic } from '../../project/atomic-file.js';
import { packageVersion } from '../../project/package-files.js';
import { buildSubmitLine, connectorPackage } from '../../spark/submit-line.js';
import type { SubmitClient } from '../../targets/target.js';
import { readAddresses } from '../run-addresses.js';
import { runFile, writeRun } from '../run-record.js';
import { placeScript, scriptEnvironment } from './place-script.js';
import type { RunContext, SubmitOptions } from './run-context.js';
import { hasCheckpoint, type RunPlan } from './run-plan.js';
import type { Ground } from './settle-run.js';

/** Executors have one core; few partitions keep a micro-batch short, two leave room for a second core later. */
const SHUFFLE_PARTITIONS = 2;

/** This machine's half of the run, and its scripts on the target. */
export async function writeHalves(
  { target, project }: RunContext,
  plan: RunPlan,
  options: SubmitOptions,
  { run, generation, gaps, kafka, client }: Ground & { readonly run: string },
): Promise<void> {
  const { toleratesLoss = false } = options;
  const { script, text } = await placeScript(target, plan, { run, generation, kafka, toleratesLoss });
  const environment = scriptEnvironment(target, plan, run, kafka);
  const schedulerArguments = await target.scheduler.submitArguments(plan.resources.cores);
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
    addresses: await readAddresses(target),
    environment,
    submittedAt: new Date().toISOString(),
    command: submitLine(plan, options, { run, script, environment, client, schedulerArguments }),
  });
}

interface LineOptions {
  readonly run: string;
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly client: SubmitClient;
  readonly schedulerArguments: readonly string[];
}

export function submitLine(plan: RunPlan, { usesPackages }: SubmitOptions, line: LineOptions): string[] {
  const { run, script, environment, client, schedulerArguments } = line;
  const { sparkVersion, scalaVersion, connectorJars } = client;
  return buildSubmitLine({
    ...client,
    schedulerArguments,
    name: run,
    script,
    args: plan.args,
    executorEnvironment: environment,
    resources: plan.resources,
    shufflePartitions: SHUFFLE_PARTITIONS,
    connector: usesPackages ? { packages: connectorPackage(sparkVersion, scalaVersion) } : { jars: connectorJars },
  });
}
