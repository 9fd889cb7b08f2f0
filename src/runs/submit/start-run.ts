import { MillraceError } from '../../errors.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { identifySelfIn } from '../../project/project-home.js';
import { reserveRun } from '../run-record.js';
import { startSupervisor } from '../supervise/start-supervisor.js';
import { type Phase, type Supervision, writeSupervision } from '../supervise/supervision.js';
import { requireRoom, withRoomLock } from '../supervise/take-room.js';
import type { RunContext, SubmitOptions } from './run-context.js';
import { AVAILABLE_NOW, type RunPlan } from './run-plan.js';
import { type Ground, settleRun } from './settle-run.js';
import { writeHalves } from './write-run.js';

/**
 * Checks, renders and hands a planned run to its supervisor, which launches it. Nothing is written before all checks have
 * passed.
 * @throws BrokerUnreachableError, ClusterNotRunningError, TopicMissingError, CheckpointChangedError, DataLostError,
 *   RunLiveError, RoomMissingError, SchedulerUnreachableError
 */
export async function startRun(
  context: RunContext,
  plan: RunPlan,
  options: SubmitOptions,
): Promise<{ run: string; hasNothingToRead: boolean }> {
  const { target, project } = context;
  const ground = await settleRun(context, plan, options);
  const hasNothingToRead = plan.trigger === AVAILABLE_NOW && plan.script === null && ground.waiting === 0;
  if (hasNothingToRead) return { run: await endAtOnce(context, plan, options, ground), hasNothingToRead };
  const run = await withRoomLock(context, `millrace submit ${plan.name}`, async () => {
    // Looked for again, now that nobody else can take it.
    const canBegin = await requireRoom(context, plan, options.isQueueing ?? false);
    const id = await reserveRun(project, plan.name, await target.data.list('runs'));
    await writeHalves(context, plan, options, { run: id, ...ground });
    await writeSupervision(project, id, firstSupervision(project, canBegin ? 'launching' : 'queued'));
    return id;
  });
  await beSupervised(context, run);
  return { run, hasNothingToRead };
}

/** A run that nobody could be found for has failed, else it would count as starting as long as this process lives. */
async function beSupervised({ target, project }: RunContext, run: string): Promise<void> {
  try {
    await startSupervisor(project, target.name, run);
  } catch (error) {
    const [words, cure] = error instanceof MillraceError ? [error.message, error.hint] : [String(error), null];
    const cause = { code: 'not-launched', words, isTransient: false, cure } as const;
    const verdict = { state: 'failed', exitCode: null, cause, at: new Date().toISOString() } as const;
    await writeSupervision(project, run, { ...firstSupervision(project, 'launching'), verdict });
    throw error;
  }
}

/** Until the supervisor shows itself, this process stands for it: should it be killed, nobody looks after the run. */
function firstSupervision({ state }: ProjectFolder, phase: Phase): Supervision {
  return { supervisor: identifySelfIn(state), phase, note: null, attempts: [], countedFrom: 0, verdict: null };
}

/** A run that has nothing to do has succeeded; a driver's wrapper writes the same exit code. */
async function endAtOnce(context: RunContext, plan: RunPlan, options: SubmitOptions, ground: Ground): Promise<string> {
  const { target, project } = context;
  const run = await reserveRun(project, plan.name, await target.data.list('runs'));
  await writeHalves(context, plan, options, { run, ...ground });
  const at = new Date().toISOString();
  await target.data.put(`runs/${run}/exit.json`, `${JSON.stringify({ exitCode: 0, endedAt: at })}\n`);
  const verdict = { state: 'succeeded', exitCode: 0, cause: null, at } as const;
  await writeSupervision(project, run, { ...firstSupervision(project, 'launching'), verdict });
  return run;
}
