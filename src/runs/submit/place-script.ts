import { UsageError } from '../../errors.js';
import type { ParameterValues } from '../../jobs/parameters.js';
import { type RunValues, renderJob } from '../../jobs/render.js';
import type { TopicOffsets } from '../../spark/offsets.js';
import type { KafkaEndpoint } from '../../targets/kafka-endpoint.js';
import type { SharedFiles, Target } from '../../targets/target.js';
import { type Fingerprint, intervalMs } from '../checkpoint/fingerprint.js';
import type { OwnScript, RunPlan } from '../plan/run-plan.js';
import { checkpointFolder, modulesFolder, outputFolder, runFolder, scriptPath } from '../record/run-paths.js';
import { putWrapper, readShipped } from '../supervise/launch-files.js';

/** The modules that rendered scripts import. */
const SHIPPED_MODULES = ['job', 'outputs', 'progress', 'records', 'state'].map((name) => `millrace_${name}.py`);

/** Parquet is written after a tenth of the time that a window waits for late events: more often would only make more files. */
const PARQUET_PER_DELAY = 10;
const SHORTEST_PARQUET_MS = 10_000;
const LONGEST_PARQUET_MS = 300_000;

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
  /** Where the topics end now, for a checkpoint that begins there; without it the script leaves that to Spark. */
  readonly topicEnds?: TopicOffsets;
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
    : renderJob(plan.job, plan.template, parametersAt(plan, place), runValues(target, plan, place));
  await src.put(script, text);
  await (plan.script ? putModules(src, plan.script, place.run) : putShippedModules(src));
  await putWrapper(src);
  return { script, text };
}

async function putModules(src: SharedFiles, { files: [, ...modules] }: OwnScript, run: string): Promise<void> {
  for (const module of modules) await src.put(`${modulesFolder(run)}/${module.path}`, module.text);
}

async function putShippedModules(src: SharedFiles): Promise<void> {
  for (const module of SHIPPED_MODULES) await src.put(module, await readShipped(module));
}

/** `latest` is worked out once, at submit: records that come between the submit and the first batch are read. */
function parametersAt({ values }: RunPlan, { topicEnds }: RunPlace): ParameterValues {
  if (values.startingOffsets !== 'latest' || topicEnds === undefined) return values;
  return { ...values, startingOffsets: JSON.stringify(topicEnds) };
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
    parquetEverySeconds: parquetEverySeconds(plan.state?.watermark ?? null),
    failOnDataLoss: !toleratesLoss,
  };
}

/** @param watermark the delay, or that of each topic: the shortest one counts */
export function parquetEverySeconds(watermark: Fingerprint['watermark']): number {
  const delays =
    typeof watermark === 'string' ? [intervalMs(watermark)] : Object.values(watermark ?? {}).map(intervalMs);
  const shortest = Math.min(...delays.map((delayMs) => delayMs ?? 0));
  const paceMs = Number.isFinite(shortest) ? shortest / PARQUET_PER_DELAY : 0;
  return Math.round(Math.min(LONGEST_PARQUET_MS, Math.max(SHORTEST_PARQUET_MS, paceMs)) / 1_000);
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
