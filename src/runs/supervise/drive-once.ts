import { MillraceError } from '../../errors.js';
import { explainFailure } from '../../spark/failure-cause.js';
import type { DriverState } from '../../targets/target.js';
import { attemptPath, runFolder, runPath } from '../record/run-paths.js';
import { AVAILABLE_NOW, type RunRecord } from '../record/run-record.js';
import { readLogEnd } from '../state/log-end.js';
import type { RunCause } from '../state/supervision.js';
import { putWrapper } from '../submit/render-script.js';
import { type Decision, decide } from './restart-policy.js';
import { RunWatcher } from './run-watcher.js';
import { type SupervisedRun, unlessSilent } from './supervised-run.js';
import { useTodaysFolders } from './todays-folders.js';

/** An engine that does not answer for so long has taken the driver with it. */
const SEEN_AGAIN_WITHIN_MS = 5 * 60_000;
const OF_ONE_DRIVER = ['driver.json', 'exit.json', 'application.json', 'open-windows.json', 'driver.log'] as const;

/**
 * One driver of a run, from its launch to its end.
 * @param isAdopting it runs already, or has ended since somebody looked last
 * @returns what is to follow
 */
export async function driveOnce(run: SupervisedRun, isAdopting: boolean): Promise<Decision> {
  const watcher = new RunWatcher(run.target, run.record);
  const failure = isAdopting ? undefined : await launch(run);
  const exitCode = failure ? null : exitCodeOf(await watch(run, watcher));
  const decision = decide({
    exitCode,
    cause: failure ?? explainFailure(await readLogEnd(run.target.data, run.id), exitCode),
    isStopAsked: await run.isStopAsked(),
    isStream: run.record.kind === 'streaming',
    isEndless: isEndless(run.record),
    hasWorked: await watcher.hasWorked(run.attempt?.application ?? null),
    restartsAllowed: run.record.restarts,
    restartsUsed: run.restartsUsed,
  });
  await run.updateAttempt({ endedAt: new Date().toISOString(), exitCode, cause: decision.cause });
  return decision;
}

function isEndless({ kind, script, trigger }: RunRecord): boolean {
  return kind === 'streaming' && script === null && trigger !== AVAILABLE_NOW;
}

/** Returns why there is no driver, where there is none; one that was there before may only be slow to come back. */
async function launch(run: SupervisedRun): Promise<RunCause | undefined> {
  const { target, record } = run;
  await clearAway(run);
  const number = (run.attempt?.number ?? 0) + 1;
  const begun = { number, startedAt: new Date().toISOString(), endedAt: null, exitCode: null };
  const attempts = [...run.supervision.attempts, { ...begun, application: null, cause: null }];
  await run.update({ phase: 'launching', note: null, attempts });
  try {
    await useTodaysFolders(target, record);
    await putWrapper(target);
    const { environment } = await target.drivers.submitClient();
    await target.drivers.launch(run.id, record.command, { ...environment, ...record.environment });
    return undefined;
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    return { code: 'not-launched', words: error.message, isTransient: number > 1, cure: error.hint };
  }
}

/** What the attempt before left: its files make room for the next one's, and stay. A run that had nothing to read left some too. */
async function clearAway({ target: { data }, id, attempt }: SupervisedRun): Promise<void> {
  const names = await data.list(runFolder(id));
  for (const name of OF_ONE_DRIVER) {
    if (!names.includes(name)) continue;
    await data.rename(runPath(id, name), attemptPath(id, attempt?.number ?? 0, name));
  }
}

async function watch(run: SupervisedRun, watcher: RunWatcher): Promise<DriverState> {
  let seenAt = Date.now();
  for (;;) {
    const driver = await find(run);
    if (driver) {
      seenAt = Date.now();
      if (driver.state !== 'running') return driver;
      await observe(run, watcher);
    } else if (Date.now() - seenAt > SEEN_AGAIN_WITHIN_MS) return { state: 'lost' };
    await run.sleep(run.pace.driverEveryMs);
  }
}

/** Undefined while the place where drivers run cannot be looked at. */
function find(run: SupervisedRun): Promise<DriverState | undefined> {
  return unlessSilent<DriverState | undefined>(
    () => run.target.drivers.find(run.id),
    async (why) => {
      await run.update({ note: `its driver cannot be seen: ${why}` });
      return undefined;
    },
  );
}

async function observe(run: SupervisedRun, watcher: RunWatcher): Promise<void> {
  const known = run.attempt?.application ?? null;
  const seen = await unlessSilent(
    () => watcher.look(known),
    () => undefined,
  );
  if (!seen) return;
  if (seen.application !== null && seen.application !== known) {
    await run.updateAttempt({ application: seen.application });
  }
  await run.update({ note: seen.note, phase: seen.isRegistered ? 'watching' : run.supervision.phase });
}

function exitCodeOf(driver: DriverState): number | null {
  return driver.state === 'ended' ? driver.exitCode : null;
}
