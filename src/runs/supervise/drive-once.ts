import { explainDriverEnd } from '../../spark/failure-cause.js';
import type { DriverState } from '../../targets/target.js';
import { isEndless } from '../record/run-record.js';
import { readLogEnd } from '../state/run-files.js';
import { launch } from './launch.js';
import { type Decision, decide } from './restart-policy.js';
import { RunWatcher } from './run-watcher.js';
import { type SupervisedRun, unlessUnreachable } from './supervised-run.js';

/** A driver that could not be looked for during this time counts as lost. */
const SEEN_AGAIN_WITHIN_MS = 5 * 60_000;

/**
 * One driver of a run, from its launch to its end.
 * @param isAdopting the driver was launched by an earlier supervisor; it may have ended since
 * @returns what to do next
 */
export async function driveOnce(run: SupervisedRun, isAdopting: boolean): Promise<Decision> {
  const watcher = new RunWatcher(run.target, run.record);
  const failure = isAdopting ? undefined : await launch(run);
  const exitCode = failure ? null : exitCodeOf(await watch(run, watcher));
  const ownMaster = failure ? undefined : await findOwnMaster(watcher);
  const decision = decide({
    exitCode,
    cause: failure ?? explainDriverEnd(await readLogEnd(run.target.data, run.id), exitCode),
    isStopAsked: await run.isStopAsked(),
    isStream: run.record.kind === 'streaming',
    isEndless: isEndless(run.record),
    hasWorked: await watcher.hasWorked(run.attempt?.application ?? null),
    restartsAllowed: run.record.restarts,
    restartsUsed: run.restartsUsed,
  });
  await run.updateAttempt({
    endedAt: new Date().toISOString(),
    exitCode,
    cause: decision.cause,
    ...(ownMaster ? { ownMaster } : {}),
  });
  return decision;
}

/** The log may be out of reach, as a volume of Docker is at times; what matters is how the driver ended. */
function findOwnMaster(watcher: RunWatcher): Promise<string | undefined> {
  return unlessUnreachable<string | undefined>(
    () => watcher.findOwnMaster(),
    () => undefined,
  );
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
    await run.sleep(run.timing.driverEveryMs);
  }
}

/** Undefined while the place where drivers run does not answer. */
function find(run: SupervisedRun): Promise<DriverState | undefined> {
  return unlessUnreachable<DriverState | undefined>(
    () => run.target.drivers.find(run.id),
    async (why) => {
      await run.update({ note: `its driver cannot be seen: ${why}` });
      return undefined;
    },
  );
}

async function observe(run: SupervisedRun, watcher: RunWatcher): Promise<void> {
  const known = run.attempt?.application ?? null;
  const seen = await unlessUnreachable(
    () => watcher.look(known),
    () => undefined,
  );
  if (!seen) return;
  if (seen.application !== null && seen.application !== known) {
    await run.updateAttempt({ application: seen.application });
  }
  const { ownMaster } = seen;
  if (ownMaster !== undefined && run.attempt?.ownMaster === undefined) await run.updateAttempt({ ownMaster });
  const holdsNothingMore = seen.isRegistered || ownMaster !== undefined;
  await run.update({ note: seen.note, phase: holdsNothingMore ? 'watching' : run.supervision.phase });
}

function exitCodeOf(driver: DriverState): number | null {
  return driver.state === 'ended' ? driver.exitCode : null;
}
