import { ifUp } from '../../targets/if-up.js';
import { currentGeneration } from '../checkpoint/generations.js';
import { planJob } from '../plan/plan-job.js';
import type { RunPlan, RunPlanOptions } from '../plan/run-plan.js';
import { placeScript, previewName } from './place-script.js';
import type { RunContext } from './run-context.js';

/** A script that was rendered under a preview name, with what it was rendered from. */
export interface Preview {
  readonly plan: RunPlan;
  /** Its path among the scripts of the target. */
  readonly path: string;
  /** Where a person finds it. */
  readonly script: string;
  readonly lines: number;
}

/** Renders a job's script under a preview name. It needs no cluster: it then takes the addresses of the next one. */
export async function renderOnly({ target, jobs }: RunContext, options: RunPlanOptions): Promise<Preview> {
  const plan = await planJob(jobs, options);
  const { number: generation } = await currentGeneration(target.data, plan.name);
  const { script: path, text } = await placeScript(target, plan, {
    run: previewName(plan),
    generation,
    kafka: (await ifUp(target.kafka())) ?? target.plannedKafka(),
  });
  return { plan, path, script: target.src.describe(path), lines: text.trimEnd().split('\n').length };
}
