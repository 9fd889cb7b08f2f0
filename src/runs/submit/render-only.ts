import { ifUp } from '../../targets/if-up.js';
import { currentGeneration } from '../checkpoint/checkpoint.js';
import { previewName, renderRun } from './render-run.js';
import type { RunContext } from './run-context.js';
import { type PlanOptions, planRun } from './run-plan.js';

/** Renders a job's script under the run's name; works without a cluster, with the addresses the next one would have. */
export async function renderOnly(
  { target, jobs }: RunContext,
  options: PlanOptions,
): Promise<{ script: string; lines: number }> {
  const plan = await planRun(jobs, options);
  const { number: generation } = await currentGeneration(target.data, plan.name);
  const { script, text } = await renderRun(target, plan, {
    run: previewName(plan),
    generation,
    kafka: (await ifUp(target.kafka())) ?? target.plannedKafka(),
  });
  return { script: target.src.describe(script), lines: text.trimEnd().split('\n').length };
}
