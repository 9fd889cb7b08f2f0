import { UsageError } from '../../errors.js';
import { type RunValues, renderJob } from '../../jobs/render.js';
import { parseDurationMs, toSparkInterval } from '../../project/duration.js';
import type { KafkaEndpoint } from '../../targets/kafka-endpoint.js';
import type { SharedFiles, Target } from '../../targets/target.js';
import type { OwnScript, RunPlan } from '../plan/run-plan.js';
import { checkpointFolder, modulesFolder, outputFolder, runFolder, scriptPath } from '../record/run-paths.js';
import { AVAILABLE_NOW } from '../record/run-record.js';
import { putWrapper, readShipped } from '../supervise/launch-files.js';

const BACKGROUND_EVERY_MS = 10_000;

/** The name of a script that is not run. Ids of runs end in a number, and a Python module's name has no dash. */
export function previewName({ name }: RunPlan): string {
  return `${name}-preview`;
}

/** Where a run of the plan works. */
export interface RunPlace {
  /** Id of the run, or the name of a preview. */
  readonly run: string;
  readonly generation: number;
  readonly kafka: KafkaEndpoint;
  /** Goes on although records are gone that the checkpoint points at. */
  readonly toleratesLoss?: boolean;
}

export interface PlacedScript {
  /** Its path among the scripts of the target. */
  readonly script: string;
  readonly text: string;
}

/**
 * Puts what the run starts into the shared folder, with what it needs beside it: a job's rendered script, or the user's own
 * and its modules.
 */
export async function placeScript(target: Target, plan: RunPlan, place: RunPlace): Promise<PlacedScript> {
  const { src } = target;
  requirePlainKafka(place.kafka);
  const script = scriptPath(place.run);
  const text = plan.script
    ? (plan.script.files[0]?.text ?? '')
    : renderJob(plan.job, plan.template, plan.values, runValues(target, plan, place));
  await src.put(script, text);
  await (plan.script ? putModules(src, plan.script, place.run) : putShippedModule(src));
  await putWrapper(src);
  return { script, text };
}

async function putModules(src: SharedFiles, { files: [, ...modules] }: OwnScript, run: string): Promise<void> {
  for (const module of modules) await src.put(`${modulesFolder(run)}/${module.path}`, module.text);
}

/** Puts the module that rendered scripts import. */
async function putShippedModule(src: SharedFiles): Promise<void> {
  await src.put('millrace_job.py', await readShipped('millrace_job.py'));
}

/** @throws UsageError: a script has no slots for certificates and logins yet */
export function requirePlainKafka({ jobBootstrapServers, security }: KafkaEndpoint): void {
  if (!security) return;
  throw new UsageError(
    `Scripts cannot reach the brokers at ${jobBootstrapServers}, which want TLS or a login`,
    'Give jobs a listener that speaks plain text.',
  );
}

function runValues({ data }: Target, plan: RunPlan, place: RunPlace): RunValues {
  const { run, generation, kafka, toleratesLoss = false } = place;
  const common = {
    appName: run,
    bootstrapServers: kafka.jobBootstrapServers,
    runFolder: data.pathForJobs(runFolder(run)),
    ...plan.extra,
  };
  if (plan.job.kind === 'batch') return common;
  return {
    ...common,
    deadLetterTopic: plan.deadLetters,
    checkpointFolder: data.pathForJobs(checkpointFolder(plan.name, generation)),
    outputFolder: data.pathForJobs(outputFolder(plan.name, generation)),
    trigger: plan.trigger,
    backgroundTrigger: backgroundTrigger(plan.trigger),
    failOnDataLoss: !toleratesLoss,
  };
}

/** The trigger of queries that nobody waits for: with the trigger of the results they would use half of the core. */
export function backgroundTrigger(trigger: string | null): string | null {
  if (trigger === null || trigger === AVAILABLE_NOW) return trigger;
  return toSparkInterval(Math.max(parseDurationMs(trigger), BACKGROUND_EVERY_MS));
}

/** The environment of a user's script: addresses, and where its modules are for driver and executors; empty for a job. */
export function scriptEnvironment(
  { src, data }: Target,
  { script }: RunPlan,
  run: string,
  kafka: KafkaEndpoint,
): Record<string, string> {
  if (!script) return {};
  return {
    MILLRACE_BOOTSTRAP_SERVERS: kafka.jobBootstrapServers,
    MILLRACE_RUN_FOLDER: data.pathForJobs(runFolder(run)),
    ...(script.files.length > 1 ? { PYTHONPATH: src.pathForJobs(modulesFolder(run)) } : {}),
  };
}
