import type { Command } from 'commander';
import type { RunContext } from '../runs/submit/run-context.js';
import type { CommandContext } from './command-context.js';
import { collect, parseCount, parseWholeNumber } from './parse-flags.js';

/** How help texts describe an argument that `resolveRun` takes. */
export const RUN_DESCRIPTION =
  'the id of a run, the beginning of it, or a name, which means its newest run; see `millrace runs list`';

export interface PlanFlags {
  readonly set?: string[];
  readonly name?: string;
  readonly trigger?: string;
  readonly alert?: number;
  readonly closeWindows?: boolean;
}

/** Adds the options that decide what is in a script. */
export function addPlanOptions(command: Command, jobDescription = 'see `millrace job list`'): Command {
  return command
    .argument('<job>', jobDescription)
    .option('--set <name=value>', "a parameter of the job, such as window='500 milliseconds'; may be repeated", collect)
    .option('--name <name>', "the name that its checkpoint and output folder belong to (the job's name)")
    .option('--trigger <when>', '`available-now` reads what is there and ends; `2 seconds` runs on (1 second)')
    .option(
      '--alert <count>',
      "short for `--set alert=…`: results with at least this count also go to the job's topic of alerts",
      parseCount,
    )
    .option(
      '--close-windows',
      'short for `--set closeWindows=true`: with `--trigger available-now`, leaves no window open',
    );
}

/** The flags for parameters come after those of `--set`, so that they win. */
export function toPlanOptions(job: string, { set, name, trigger, alert, closeWindows }: PlanFlags) {
  const settings = [
    ...(set ?? []),
    ...(alert === undefined ? [] : [`alert=${alert}`]),
    ...(closeWindows ? ['closeWindows=true'] : []),
  ];
  return { job, settings, name, trigger };
}

/** The same flags as arguments, for another command with the same plan. */
export function planArguments({ set, name, trigger, alert, closeWindows }: PlanFlags): string[] {
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

/** Adds the options for the cores of a run, and for what happens when there are too few or its driver fails. */
export function addResourceOptions(command: Command): Command {
  return command
    .option('--cores <count>', "how many cores it gets, each with one executor (the job's own number)", parseCount)
    .option('--queue', 'wait for cores when there are too few')
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
