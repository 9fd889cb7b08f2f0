import { MillraceError } from '../../errors.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { identifySelfIn } from '../../project/project-home.js';
import { runPath } from '../record/run-paths.js';
import { type Phase, type Supervision, writeSupervision } from '../state/supervision.js';
import { startSupervisor } from '../supervise/start-supervisor.js';
import { claimRoom } from '../supervise/take-room.js';
import type { RunContext } from './run-context.js';
import { type Staging, stage } from './stage.js';

/** Stages the run and hands it to its supervisor, which launches it once it has its cores. @returns its id */
export async function start(context: RunContext, staging: Staging): Promise<string> {
  const { target, project } = context;
  const { plan, options } = staging;
  const claim = {
    command: `millrace submit ${plan.name}`,
    run: plan,
    isQueueing: options.isQueueing ?? false,
  };
  const run = await claimRoom(context, claim, async (phase) => {
    const id = await stage(context, staging);
    await writeSupervision(project, id, firstSupervision(project, phase));
    return id;
  });
  await startSupervisor(project, target.name, run).catch((error) => recordFailure(project, run, error));
  return run;
}

/** A run that nobody could be found for has failed, else it would count as starting as long as this process lives. */
async function recordFailure(project: ProjectFolder, run: string, error: unknown): Promise<never> {
  const [words, cure] = error instanceof MillraceError ? [error.message, error.hint] : [String(error), null];
  const cause = { code: 'not-launched', words, isTransient: false, cure } as const;
  const verdict = { state: 'failed', exitCode: null, cause, at: new Date().toISOString() } as const;
  await writeSupervision(project, run, { ...firstSupervision(project, 'launching'), verdict });
  throw error;
}

/** Until the supervisor shows itself, this process stands for it: should it be killed, nobody looks after the run. */
function firstSupervision({ state }: ProjectFolder, phase: Phase): Supervision {
  return { supervisor: identifySelfIn(state), phase, note: null, attempts: [], countedFrom: 0, verdict: null };
}

/** A run that has nothing to do is staged and has succeeded; a driver's wrapper writes the same exit code. @returns its id */
export async function endAtOnce(context: RunContext, staging: Staging): Promise<string> {
  const { target, project } = context;
  const run = await stage(context, staging);
  const at = new Date().toISOString();
  await target.data.put(runPath(run, 'exit.json'), `${JSON.stringify({ exitCode: 0, endedAt: at })}\n`);
  const verdict = { state: 'succeeded', exitCode: 0, cause: null, at } as const;
  await writeSupervision(project, run, { ...firstSupervision(project, 'launching'), verdict });
  return run;
}
