import { MillraceError } from '../../errors.js';
import { attemptPath, driverLogPartPath, logFolder, logPartOf, runFolder, runPath } from '../record/run-paths.js';
import type { RunCause } from '../state/supervision.js';
import { putWrapper, usePresentFolders } from './launch-files.js';
import type { SupervisedRun } from './supervised-run.js';

const FILES_OF_ONE_DRIVER = [
  'driver.json',
  'exit.json',
  'application.json',
  'open-windows.json',
  'driver.log',
] as const;

/** The files of older ones are deleted: a stream that is well for months may be restarted every day. */
const KEPT_ATTEMPTS = 20;

/**
 * Begins the next attempt.
 * @returns why no driver was launched; for a restart this counts as transient, since services may be slow to come back
 */
export async function launch(run: SupervisedRun): Promise<RunCause | undefined> {
  const { target, record } = run;
  await moveFilesAside(run);
  const number = (run.attempt?.number ?? 0) + 1;
  const begun = { number, startedAt: new Date().toISOString(), endedAt: null, exitCode: null };
  const attempts = [...run.supervision.attempts, { ...begun, application: null, cause: null }];
  await run.update({ phase: 'launching', note: null, attempts });
  try {
    await usePresentFolders(target, record);
    await putWrapper(target.src);
    const { environment } = await target.drivers.submitClient();
    await target.drivers.launch(run.id, record.command, { ...environment, ...record.environment });
    return undefined;
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    return { code: 'not-launched', words: error.message, isTransient: number > 1, cure: error.hint };
  }
}

/** Moves the files of the last attempt to its own folder. A run that had nothing to read has files, too, though no attempt. */
async function moveFilesAside({ target: { data }, id, attempt }: SupervisedRun): Promise<void> {
  const names = await data.list(runFolder(id));
  const number = attempt?.number ?? 0;
  // Before the log itself: whoever follows it takes an attempt whose folder has a log as complete.
  for (const part of names.flatMap((name) => logPartOf(name) ?? []))
    await data.rename(driverLogPartPath(id, part), driverLogPartPath(id, part, number));
  for (const name of FILES_OF_ONE_DRIVER) {
    if (names.includes(name)) await data.rename(runPath(id, name), attemptPath(id, number, name));
  }
  await data.remove(logFolder(id, number - KEPT_ATTEMPTS));
}
