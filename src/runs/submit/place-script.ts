import type { KafkaEndpoint } from '../../targets/kafka-endpoint.js';
import type { Target } from '../../targets/target.js';
import { putWrapper, type RunPlace, renderRun, serversForScripts } from './render-run.js';
import type { RunPlan } from './run-plan.js';
import type { CollectedScript } from './script-files.js';

/** Puts what the run starts into the shared folder: a job's rendered script, or the user's own with the modules beside it. */
export function placeScript(
  target: Target,
  plan: RunPlan,
  place: RunPlace,
): Promise<{ readonly script: string; readonly text: string }> {
  return plan.script ? placeOwn(target, plan.script, place.run) : renderRun(target, plan, place);
}

async function placeOwn(
  target: Target,
  { files: [own, ...modules] }: CollectedScript,
  run: string,
): Promise<{ script: string; text: string }> {
  const { src } = target;
  const script = `${run}.py`;
  const text = own?.text ?? '';
  await src.put(script, text);
  for (const module of modules) await src.put(`${modulesFolder(run)}/${module.path}`, module.text);
  await putWrapper(target);
  return { script, text };
}

/** What a user's script is told, and where driver and executors find the modules beside it; nothing for a job's script. */
export function scriptEnvironment(
  { src, data }: Target,
  { script }: RunPlan,
  run: string,
  kafka: KafkaEndpoint,
): Record<string, string> {
  if (!script) return {};
  return {
    MILLRACE_BOOTSTRAP_SERVERS: serversForScripts(kafka),
    MILLRACE_RUN_FOLDER: data.pathForJobs(`runs/${run}`),
    ...(script.files.length > 1 ? { PYTHONPATH: src.pathForJobs(modulesFolder(run)) } : {}),
  };
}

export function modulesFolder(run: string): string {
  return `${run}-files`;
}
