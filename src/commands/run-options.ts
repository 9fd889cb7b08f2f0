import type { Command } from 'commander';
import type { RunContext } from '../runs/submit/run-context.js';
import type { CommandContext } from './command-context.js';
import { collect, parseCount, parseWholeNumber } from './parse-flags.js';

/** What `resolveRun` takes. */
export const RUN_WORD = "its id, the beginning of it, or a run's name for its newest; see `millrace runs list`";

export interface PlanFlags {
  readonly set?: string[];
  readonly name?: string;
  readonly trigger?: string;
  readonly alert?: number;
  readonly closeWindows?: boolean;
}

/** The options that decide what a script says. */
export function addPlanOptions(command: Command, jobDescription = 'see `millrace job list`'): Command {
  return command
    .argument('<job>', jobDescription)
    .option('--set <name=value>', "a parameter of the job, such as window='500 milliseconds'; may be repeated", collect)
    .option('--name <name>', "whose checkpoint and output folder it uses (the job's name)")
    .option('--trigger <when>', '`available-now` reads what is there and ends; `2 seconds` goes on (1 second)')
    .option(
      '--alert <count>',
      "for `--set alert=…`: from how many on a result also goes to the job's topic of alerts",
      parseCount,
    )
    .option('--close-windows', 'for `--set closeWindows=true`: with `--trigger available-now`, leaves no window open');
}

/** The flags for parameters stand behind `--set`, and win. */
export function toPlanOptions(job: string, { set, name, trigger, alert, closeWindows }: PlanFlags) {
  const settings = [
    ...(set ?? []),
    ...(alert === undefined ? [] : [`alert=${alert}`]),
    ...(closeWindows ? ['closeWindows=true'] : []),
  ];
  return { job, settings, name, trigger };
}

/** The same flags as words, for a command that plans the same. */
export function planWords({ set, name, trigger, alert, closeWindows }: PlanFlags): string[] {
  return [
    ...(set ?? []).flatMap((setting) => ['--set', setting]),
    ...(name === undefined ? [] : ['--name', name]),
    ...(trigger === undefined ? [] : ['--trigger', trigger]),
    ...(alert === undefined ? [] : ['--alert', String(alert)]),
    ...(closeWindows ? ['--close-windows'] : []),
  ];
}

export interface ResourceFlags {
  readonly cores?: number;
  readonly queue?: boolean;
  readonly restarts?: number;
}

/** The options that decide what a run may take, and what happens when that is not there or its driver fails. */
export function addResourceOptions(command: Command): Command {
  return command
    .option('--cores <count>', "how many cores it gets, an executor each (the job's own number)", parseCount)
    .option('--queue', 'wait for cores where there are too few')
    .option(
      '--restarts <count>',
      'how often a failed driver is started again (5 for a stream, 0 for a batch)',
      parseWholeNumber,
    );
}

export function toResourceOptions({ cores, queue, restarts }: ResourceFlags) {
  return { cores, restarts, isQueueing: queue ?? false };
}

export function toRunContext({ target, project, jobs, report, signal }: CommandContext): RunContext {
  return { target, project, jobs, report, signal };
}
