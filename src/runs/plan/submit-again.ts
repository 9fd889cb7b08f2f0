import { orNull } from '../../errors.js';
import { findJob, type JobFolders } from '../../jobs/find-jobs.js';
import { resolveParameters } from '../../jobs/parameters.js';
import { quote, toShell } from '../../targets/shell.js';
import { scriptPath } from '../record/run-paths.js';
import { AVAILABLE_NOW, type RunRecord } from '../record/run-record.js';

/** What the command that submits a run again needs, and the run's record does not have in the form that was typed. */
export interface SubmittedSettings {
  /** As `--set` takes them: only the values that differ from the job's defaults. */
  readonly settings: readonly string[];
  /** The command that starts the job, if it is not `submit`. */
  readonly startedBy: string | null;
}

/** Empty if the job no longer exists, or the run is of a script. */
export async function readSettings(
  jobs: JobFolders,
  { job, script, parameters }: RunRecord,
): Promise<SubmittedSettings> {
  const definition = script === null ? await orNull(findJob(jobs, job)) : null;
  if (!definition) return { settings: [], startedBy: null };
  const defaults = resolveParameters(definition, []);
  const settings = Object.entries(parameters)
    .filter(([name, value]) => value !== null && value !== defaults[name])
    .map(([name, value]) => `${name}=${value}`);
  return { settings, startedBy: definition.startedBy ?? null };
}

/** The command that submits a run again, with the same settings and script arguments. */
export function submitAgainCommand(
  record: RunRecord,
  { settings, startedBy }: SubmittedSettings,
  flags: readonly string[] = [],
): string {
  const { job, name, trigger, script } = record;
  const args = scriptArguments(record);
  return [
    startedBy ?? `millrace submit ${quote(script ?? job)}`,
    ...(name === job ? [] : [`--name ${name}`]),
    ...settings.map((setting) => `--set ${quoteSetting(setting)}`),
    ...(trigger === AVAILABLE_NOW ? [`--trigger ${trigger}`] : []),
    ...flags,
    ...(args.length === 0 ? [] : [`-- ${toShell(args)}`]),
  ].join(' ');
}

function scriptArguments({ run, script, command }: RunRecord): readonly string[] {
  const at = command.indexOf(scriptPath(run));
  return script === null || at < 0 ? [] : command.slice(at + 1);
}

/** Puts only the value in quotes: `window='10 seconds'`. */
function quoteSetting(setting: string): string {
  const at = setting.indexOf('=') + 1;
  return `${setting.slice(0, at)}${quote(setting.slice(at))}`;
}
