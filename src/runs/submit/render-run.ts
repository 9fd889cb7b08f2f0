import { readFile } from 'node:fs/promises';
import { UsageError } from '../../errors.js';
import type { RunValues } from '../../jobs/render.js';
import { renderJob } from '../../jobs/render.js';
import { packagePath } from '../../project/package-files.js';
import type { KafkaEndpoint } from '../../targets/kafka-endpoint.js';
import type { Target } from '../../targets/target.js';
import { checkpointFolder, outputFolder } from '../checkpoint/checkpoint.js';
import { backgroundTrigger, type RunPlan } from './run-plan.js';

const EXECUTABLE = 0o755;

/** A script that is only looked at: named like no run (those end in a number) and no Python module. */
export function previewName({ name }: RunPlan): string {
  return `${name}-preview`;
}

/** Where this run of the plan works. */
export interface RunPlace {
  /** Id of the run, or the name of a preview. */
  readonly run: string;
  readonly generation: number;
  readonly kafka: KafkaEndpoint;
  /** Goes on where records are gone that the checkpoint points at. */
  readonly toleratesLoss?: boolean;
}

/** Writes the script, and what it needs beside it, into the shared folder; returns its path there and its text. */
export async function renderRun(
  target: Target,
  plan: RunPlan,
  place: RunPlace,
): Promise<{ script: string; text: string }> {
  const text = renderJob(plan.job, plan.template, plan.values, runValues(target, plan, place));
  const script = `${place.run}.py`;
  await target.src.put(script, text);
  await target.src.put('millrace_job.py', await readShipped('millrace_job.py'));
  await putWrapper(target);
  return { script, text };
}

/** The wrapper that every driver runs under. */
export async function putWrapper({ src }: Target): Promise<void> {
  await src.put('run-driver.sh', await readShipped('run-driver.sh'), EXECUTABLE);
}

/** A checkout with Windows line endings must not make a script that no shell can run (`$'\r': command not found`). */
async function readShipped(file: string): Promise<string> {
  return (await readFile(packagePath('templates', file), 'utf8')).replaceAll('\r\n', '\n');
}

/** @throws UsageError: a script has no slots for certificates and logins yet */
export function serversForScripts({ jobBootstrapServers, security }: KafkaEndpoint): string {
  if (!security) return jobBootstrapServers;
  throw new UsageError(
    `Scripts cannot reach the brokers at ${jobBootstrapServers}, which want TLS or a login`,
    'Give jobs a listener that speaks plain text.',
  );
}

function runValues({ data }: Target, plan: RunPlan, place: RunPlace): RunValues {
  const { run, generation, kafka, toleratesLoss = false } = place;
  const common = {
    appName: run,
    bootstrapServers: serversForScripts(kafka),
    runFolder: data.pathForJobs(`runs/${run}`),
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
