import { orNull } from '../../errors.js';
import { findJob, type JobFolders } from '../../jobs/find-jobs.js';
import { resolveParameters } from '../../jobs/parameters.js';
import { quote, toShell } from '../../targets/shell.js';
import { scriptPath } from '../record/run-paths.js';
import { AVAILABLE_NOW, type RunRecord } from '../record/run-record.js';

/** What a command that submits a run once more has to set, which its record does not hold as it was typed. */
export interface SubmittedSettings {
  /** As `--set` takes them: only what differs from the job's own. */
  readonly settings: readonly string[];
  /** The command that the job is started by, where that is not `submit`. */
  readonly startedBy: string | null;
}

/** Nothing where the job is no longer there, or was none. */
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

/** The command that submits a run once more, with what was set and what its script was given. */
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

/** Its value alone is put in quotes: `window='10 seconds'`. */
function quoteSetting(setting: string): string {
  const at = setting.indexOf('=') + 1;
  return `${setting.slice(0, at)}${quote(setting.slice(at))}`;
}
