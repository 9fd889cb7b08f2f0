import { withProjectLock } from '../project/lock.js';
import type { ProjectFolder } from '../project/project-folder.js';
import { identifySelfIn } from '../project/project-home.js';
import { resolveRun } from './resolve-run.js';
import { type RunAddresses, readAddresses } from './run-addresses.js';
import { RestartRefusedError, RunLiveError } from './run-errors.js';
import type { RunRecord } from './run-record.js';
import { isLive, type RunStatus, readRunStatus } from './run-state.js';
import { findLiveRun, stopRun } from './stop.js';
import type { RunContext } from './submit/run-context.js';
import { nameLock } from './submit/run-plan.js';
import { readSaying, submitCommand } from './submit-again.js';
import { startSupervisor } from './supervise/start-supervisor.js';
import { type Phase, readSupervision, writeSupervision } from './supervise/supervision.js';
import { requireRoom, withRoomLock } from './supervise/take-room.js';

const LOCK_WAIT_MS = 30_000;

/**
 * Starts a run again, from its checkpoint: the same script, as a further attempt. One that goes on is stopped first.
 * @throws what `resolveRun` throws, RestartRefusedError, RunLiveError, RoomMissingError, ClusterNotRunningError
 */
export async function restartRun(context: RunContext, word: string): Promise<{ run: string } & RunStatus> {
  const { target, project } = context;
  const record = await resolveRun(project, target.name, word);
  const { run } = record;
  await refuseIfChanged(context, record);
  const locking = { command: `millrace runs restart ${run}`, waitMs: LOCK_WAIT_MS, signal: context.signal };
  await withProjectLock(project, nameLock(record.name), locking, async () => {
    if (isLive((await readRunStatus(target, project, run)).state)) await stopRun(target, project, run);
    const other = await findLiveRun(target, project, record.name);
    if (other) throw new RunLiveError(other.run);
    await beginAgain(context, record, locking.command);
    await startSupervisor(project, target.name, run);
  });
  return { run, ...(await readRunStatus(target, project, run)) };
}

/** It waits for its cores where somebody else has taken them meanwhile: a stream that ran a moment ago must not be lost. */
async function beginAgain(context: RunContext, record: RunRecord, command: string): Promise<void> {
  const { target, project } = context;
  await withRoomLock(context, command, async () => {
    const canBegin = await requireRoom(context, record, true);
    await target.data.remove(`runs/${record.run}/stop`);
    await forgetEnd(project, record.run, canBegin ? 'launching' : 'queued');
  });
}

async function forgetEnd(project: ProjectFolder, run: string, phase: Phase): Promise<void> {
  const before = await readSupervision(project, run);
  const attempts = (before?.attempts ?? []).map((attempt) => ({
    ...attempt,
    endedAt: attempt.endedAt ?? new Date().toISOString(),
  }));
  const fresh = { phase, note: null, countedFrom: attempts.length, verdict: null } as const;
  await writeSupervision(project, run, { ...fresh, supervisor: identifySelfIn(project.state), attempts });
}

/** The script says where broker and master are; a batch of another command has a result that only that one can take. */
async function refuseIfChanged({ target, jobs }: RunContext, record: RunRecord): Promise<void> {
  const { run, script } = record;
  const again = submitCommand(record, await readSaying(jobs, record));
  if (record.kind === 'batch' && script === null)
    throw new RestartRefusedError(
      run,
      'a batch has no checkpoint to go on from',
      `Run its command again: \`${again}\`.`,
    );
  const changed = differences(record.addresses, await readAddresses(target));
  const hint = `Take \`${again}\` instead.`;
  if (changed.length > 0) throw new RestartRefusedError(run, `its script was made for ${changed.join(' and ')}`, hint);
  // In Docker a copy of the project has volumes of its own, without it.
  if (record.command.includes(`${run}.py`) && (await target.src.read(`${run}.py`)) === undefined)
    throw new RestartRefusedError(run, 'its script is not there any more', hint);
}

function differences(before: RunAddresses, now: RunAddresses): string[] {
  return (['jobBootstrapServers', 'master'] as const)
    .filter((name) => before[name] !== now[name])
    .map((name) => `${before[name]}, and that is ${now[name]} now`);
}
