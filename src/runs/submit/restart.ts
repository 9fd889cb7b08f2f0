import type { ProjectFolder } from '../../project/project-folder.js';
import { identifySelfIn } from '../../project/project-home.js';
import { NAME_LOCK_WAIT_MS, withNameLock } from '../plan/name-lock.js';
import { readSettings, submitAgainCommand } from '../plan/submit-again.js';
import { resolveRun } from '../record/resolve-run.js';
import { type RunAddresses, readAddresses } from '../record/run-addresses.js';
import { scriptPath } from '../record/run-paths.js';
import type { RunRecord } from '../record/run-record.js';
import { requireNoLiveRun } from '../state/live-runs.js';
import { removeStopMarker } from '../state/run-files.js';
import { isLive, type RunStatus, readRunStatus } from '../state/run-state.js';
import { type Phase, readSupervision, writeSupervision } from '../state/supervision.js';
import { startSupervisor } from '../supervise/start-supervisor.js';
import { stopRun } from '../supervise/stop.js';
import { beginOrQueue } from '../supervise/take-room.js';
import type { RunContext } from './run-context.js';
import { submitErrors } from './submit-errors.js';

/**
 * Starts a run again from its checkpoint: the same script, as a further attempt. A run that is live is stopped first.
 * @throws what `resolveRun` throws, RESTART_REFUSED, ROOM_MISSING, ClusterNotRunningError
 */
export async function restartRun(context: RunContext, word: string): Promise<{ run: string } & RunStatus> {
  const { target, project } = context;
  const record = await resolveRun(project, target.name, word);
  const { run } = record;
  await refuseIfChanged(context, record);
  const command = `millrace runs restart ${run}`;
  const holding = { project, name: record.name, command, waitMs: NAME_LOCK_WAIT_MS, signal: context.signal };
  await withNameLock(holding, async () => {
    if (isLive((await readRunStatus(target, project, run)).state)) await stopRun(target, project, run);
    await requireNoLiveRun(target, project, record.name);
    await beginAgain(context, record, command);
    await startSupervisor(project, target.name, run);
  });
  return { run, ...(await readRunStatus(target, project, run)) };
}

/** If another run has taken its cores meanwhile, it waits for them: a stream that ran a moment ago must not be lost. */
async function beginAgain(context: RunContext, record: RunRecord, command: string): Promise<void> {
  const { target, project } = context;
  await beginOrQueue(context, { command, run: record, isQueueing: true }, async (phase) => {
    await removeStopMarker(target, record.run);
    await reopenSupervision(project, record.run, phase);
  });
}

async function reopenSupervision(project: ProjectFolder, run: string, phase: Phase): Promise<void> {
  const before = await readSupervision(project, run);
  const attempts = (before?.attempts ?? []).map((attempt) => ({
    ...attempt,
    endedAt: attempt.endedAt ?? new Date().toISOString(),
  }));
  const fresh = { phase, note: null, countedFrom: attempts.length, verdict: null } as const;
  await writeSupervision(project, run, { ...fresh, supervisor: identifySelfIn(project.state), attempts });
}

/** The script and the command contain the addresses of the cluster, and a batch has no checkpoint to go on from. */
async function refuseIfChanged({ target, jobs }: RunContext, record: RunRecord): Promise<void> {
  const { run, script } = record;
  const again = submitAgainCommand(record, await readSettings(jobs, record));
  if (record.kind === 'batch' && script === null)
    throw submitErrors.RESTART_REFUSED({
      run,
      reason: 'a batch has no checkpoint to go on from',
      hint: `Run its command again: \`${again}\`.`,
    });
  const changed = differences(record.addresses, await readAddresses(target));
  const hint = `Take \`${again}\` instead.`;
  if (changed.length > 0)
    throw submitErrors.RESTART_REFUSED({ run, reason: `its script was made for ${changed.join(' and ')}`, hint });
  // In Docker a copy of the project has volumes of its own, in which the script is not there.
  if (record.command.includes(scriptPath(run)) && (await target.src.read(scriptPath(run))) === undefined)
    throw submitErrors.RESTART_REFUSED({ run, reason: 'its script is not there any more', hint });
}

function differences(before: RunAddresses, now: RunAddresses): string[] {
  return (['jobBootstrapServers', 'master'] as const)
    .filter((name) => before[name] !== now[name])
    .map((name) => `${before[name]}, and that is ${now[name]} now`);
}
