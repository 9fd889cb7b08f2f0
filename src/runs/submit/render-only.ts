import { ifUp } from '../../targets/if-up.js';
import { currentGeneration } from '../checkpoint/generations.js';
import { planJob } from '../plan/plan-job.js';
import type { RunPlanOptions } from '../plan/run-plan.js';
import { placeScript, previewName } from './place-script.js';
import type { RunContext } from './run-context.js';

/** Renders a job's script under a preview name. It needs no cluster: it then takes the addresses of the next one. */
export async function renderOnly(
  { target, jobs }: RunContext,
  options: RunPlanOptions,
): Promise<{ script: string; lines: number }> {
  const plan = await planJob(jobs, options);
  const { number: generation } = await currentGeneration(target.data, plan.name);
  const { script, text } = await placeScript(target, plan, {
    run: previewName(plan),
    generation,
    kafka: (await ifUp(target.kafka())) ?? target.plannedKafka(),
  });
  return { script: target.src.describe(script), lines: text.trimEnd().split('\n').length };
}
