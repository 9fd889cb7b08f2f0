import { type Broker, brokerAt } from '../../kafka/broker.js';
import { listTopicNames } from '../../kafka/topics.js';
import { currentGeneration } from '../checkpoint/generations.js';
import { planSubmit } from '../plan/plan-submit.js';
import { allTopics, type RunPlan } from '../plan/run-plan.js';
import { placeScript, previewName, scriptEnvironment } from './place-script.js';
import type { RunContext, SubmitOptions } from './run-context.js';
import { submitLine } from './stage.js';

export interface SubmitPreview {
  readonly script: string;
  readonly command: string;
}

/** Renders the script and returns the command that a submit would run; nothing is started. */
export async function previewSubmit(context: RunContext, options: SubmitOptions): Promise<SubmitPreview> {
  const { target, jobs } = context;
  const plan = await planSubmit(jobs, options);
  const client = await target.drivers.submitClient();
  const kafka = await target.kafka();
  await warnOfMissingTopics(context, plan, brokerAt(kafka));
  const { number: generation } = await currentGeneration(target.data, plan.name);
  const run = previewName(plan);
  const { toleratesLoss = false } = options;
  const { script } = await placeScript(target, plan, { run, generation, kafka, toleratesLoss });
  const environment = scriptEnvironment(target, plan, run, kafka);
  const schedulerArguments = await target.scheduler.submitArguments(plan.resources.cores);
  const command = submitLine(plan, options, { run, script, environment, client, schedulerArguments });
  return {
    script: target.src.describe(script),
    command: await target.drivers.commandLine(command, { ...client.environment, ...environment }),
  };
}

/** Only a real submit creates topics: a command that the user pastes would wait for ever for a missing one. */
async function warnOfMissingTopics({ report }: RunContext, plan: RunPlan, broker: Broker) {
  const there = new Set(await listTopicNames(broker));
  const missing = allTopics(plan).filter((topic) => !there.has(topic));
  for (const topic of missing)
    report.warn(`topic ${topic} is missing, make it first: \`millrace topic create ${topic}\``);
}
