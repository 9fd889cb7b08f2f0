import { MillraceError } from '../../errors.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { identifySelfIn } from '../../project/project-home.js';
import { runPath } from '../record/run-paths.js';
import { type Phase, type Supervision, writeSupervision } from '../state/supervision.js';
import { startSupervisor } from '../supervise/start-supervisor.js';
import { beginOrQueue } from '../supervise/take-room.js';
import type { RunContext } from './run-context.js';
import type { Staging } from './stage.js';

/**
 * Hands a run to its supervisor, which launches it once it has its cores.
 * @param stageRun stages it; called only if there is room, or it may wait
 * @returns its id
 */
export async function start(
  context: RunContext,
  { plan, options }: Pick<Staging, 'plan' | 'options'>,
  stageRun: () => Promise<string>,
): Promise<string> {
  const { target, project } = context;
  const request = {
    command: `millrace submit ${plan.name}`,
    run: plan,
    isQueueing: options.isQueueing ?? false,
  };
  const run = await beginOrQueue(context, request, async (phase) => {
    const id = await stageRun();
    await writeSupervision(project, id, firstSupervision(project, phase));
    return id;
  });
  await startSupervisor(project, target.name, run).catch((error) => recordFailure(project, run, error));
  return run;
}

/** Without a verdict a run without a supervisor would count as starting as long as this process lives. */
async function recordFailure(project: ProjectFolder, run: string, error: unknown): Promise<never> {
  const [words, cure] = error instanceof MillraceError ? [error.message, error.hint] : [String(error), null];
  const cause = { code: 'not-launched', words, isTransient: false, cure } as const;
  const verdict = { state: 'failed', exitCode: null, cause, at: new Date().toISOString() } as const;
  await writeSupervision(project, run, { ...firstSupervision(project, 'launching'), verdict });
  throw error;
}

/** This process counts as the supervisor until the real one takes over. If it is killed before, the run has none. */
function firstSupervision({ state }: ProjectFolder, phase: Phase): Supervision {
  return { supervisor: identifySelfIn(state), phase, note: null, attempts: [], countedFrom: 0, verdict: null };
}

/** Ends a run that has nothing to do, with the exit code that the wrapper of a driver would write. */
export async function endAtOnce({ target, project }: RunContext, run: string): Promise<void> {
  const at = new Date().toISOString();
  await target.data.put(runPath(run, 'exit.json'), `${JSON.stringify({ exitCode: 0, endedAt: at })}\n`);
  const verdict = { state: 'succeeded', exitCode: 0, cause: null, at } as const;
  await writeSupervision(project, run, { ...firstSupervision(project, 'launching'), verdict });
}
