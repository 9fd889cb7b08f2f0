import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { clusterDownCommand } from './commands/cluster-down.js';
import { clusterListCommand } from './commands/cluster-list.js';
import { clusterLogsCommand } from './commands/cluster-logs.js';
import { clusterStatusCommand } from './commands/cluster-status.js';
import { clusterUpCommand } from './commands/cluster-up.js';
import type { OpenContext, OpenOptions } from './commands/command-context.js';
import { completeCommand, completionCommand } from './commands/completion.js';
import { demoCommand } from './commands/demo.js';
import { doctorCommand } from './commands/doctor.js';
import { envCommand } from './commands/env.js';
import { jobListCommand } from './commands/job-list.js';
import { jobShowCommand } from './commands/job-show.js';
import { newsEmulatorCommand } from './commands/news-emulator.js';
import { globalOptionsOf } from './commands/next-commands.js';
import { renderCommand } from './commands/render.js';
import { runsExplainCommand } from './commands/runs-explain.js';
import { runsListCommand } from './commands/runs-list.js';
import { runsLogsCommand } from './commands/runs-logs.js';
import { runsPruneCommand } from './commands/runs-prune.js';
import { runsRepairCommand } from './commands/runs-repair.js';
import { runsResetCommand } from './commands/runs-reset.js';
import { runsRestartCommand } from './commands/runs-restart.js';
import { runsShowCommand } from './commands/runs-show.js';
import { runsStopCommand } from './commands/runs-stop.js';
import { runsSuperviseCommand } from './commands/runs-supervise.js';
import { seedKindCommand } from './commands/seed.js';
import { submitCommand } from './commands/submit.js';
import { topicCreateCommand } from './commands/topic-create.js';
import { topicDeleteCommand } from './commands/topic-delete.js';
import { topicDescribeCommand } from './commands/topic-describe.js';
import { topicListCommand } from './commands/topic-list.js';
import { topicTailCommand } from './commands/topic-tail.js';
import { trainModelCommand } from './commands/train-model.js';
import { ExitCode, InterruptedError, MillraceError, UsageError } from './errors.js';
import { packageVersion } from './project/package-files.js';
import type { Reporter } from './report/reporter.js';
import { SEED_KINDS } from './seed/registry.js';
import { TARGET_NAMES } from './targets/registry/registry.js';

/** Commands that millrace starts by itself; nobody types them. */
const HIDDEN = ['supervise'];

interface GlobalFlags {
  readonly json?: boolean;
  readonly project?: string;
  readonly target?: string;
}

/** Runs the command line to its end and leaves with its exit code. */
export async function run(argv: readonly string[]): Promise<never> {
  const interruption = listenForSignals();
  const program = buildProgram(interruption);
  try {
    await program.parseAsync(argv as string[]);
    return await leave(Number(process.exitCode ?? ExitCode.Done));
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return leave(ExitCode.Done);
    const cause = toFinalError(error, interruption);
    const report = await chooseReporter(program.opts<GlobalFlags>());
    report.failure(cause);
    const { exitCodeOf } = await import('./report/failure.js');
    return leave(exitCodeOf(cause));
  }
}

/** A full pipe takes the output bit by bit: an exit before it has all would cut the result off. */
async function leave(code: number): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) await new Promise((done) => stream.write('', done));
  process.exit(code);
}

export function buildProgram(interruption: AbortSignal): Command {
  const program = new Command('millrace')
    .description('From data to live streams and a served model, on real Kafka and real Spark')
    .version(packageVersion())
    .option('--json', 'results as JSON on stdout, errors as JSON on stderr')
    .option(
      '--project <folder>',
      'the project (default: the nearest parent folder with millrace.yaml, else this folder)',
    )
    .option(
      '--target <name>',
      `where clusters and runs live: ${TARGET_NAMES.join(', ')}, or auto (the one of the last \`cluster up\`)`,
    );
  const open: OpenContext = (options) => openContext(program.opts<GlobalFlags>(), interruption, options);
  const group = (name: string, description: string, commands: Command[], alias?: string) => {
    const parent = new Command(name).description(description);
    if (alias) parent.alias(alias);
    for (const command of commands) parent.addCommand(command, { hidden: HIDDEN.includes(command.name()) });
    program.addCommand(parent);
  };
  program.addCommand(demoCommand(open));
  group('cluster', 'start, stop and look at the cluster', clusterCommands(open), 'clusters');
  group('topic', 'look at and change topics', topicCommands(open), 'topics');
  group(
    'seed',
    'fill topics',
    SEED_KINDS.map((kind) => seedKindCommand(open, kind)),
  );
  program.addCommand(newsEmulatorCommand(open));
  group('job', 'what can be submitted', [jobListCommand(open), jobShowCommand(open)], 'jobs');
  program.addCommand(renderCommand(open));
  program.addCommand(submitCommand(open));
  group('runs', 'look after what was submitted', runsCommands(open), 'run');
  group('train', 'train models', [trainModelCommand(open)]);
  program.addCommand(envCommand(open));
  program.addCommand(doctorCommand(open));
  const reporter = () => chooseReporter(program.opts<GlobalFlags>());
  const projectFolder = process.env.MILLRACE_PROJECT;
  program.addCommand(completionCommand(reporter));
  program.addCommand(completeCommand({ open, chooseReporter: reporter, program, projectFolder }), { hidden: true });
  throwInsteadOfExit(program);
  return program;
}

const clusterCommands = (open: OpenContext) => [
  clusterUpCommand(open),
  clusterDownCommand(open),
  clusterStatusCommand(open),
  clusterListCommand(open),
  clusterLogsCommand(open),
];

const topicCommands = (open: OpenContext) => [
  topicListCommand(open),
  topicDescribeCommand(open),
  topicTailCommand(open),
  topicCreateCommand(open),
  topicDeleteCommand(open),
];

const runsCommands = (open: OpenContext) => [
  runsListCommand(open),
  runsShowCommand(open),
  runsLogsCommand(open),
  runsExplainCommand(open),
  runsStopCommand(open),
  runsRestartCommand(open),
  runsResetCommand(open),
  runsRepairCommand(open),
  runsPruneCommand(open),
  runsSuperviseCommand(open),
];

/** commander would print its errors and exit by itself: here they are thrown, and end like all others. */
function throwInsteadOfExit(command: Command): void {
  command
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError();
  for (const child of command.commands) throwInsteadOfExit(child);
}

/** What the command ends with: commander's errors as ours, and a failure after Ctrl-C as the interruption. */
function toFinalError(error: unknown, interruption: AbortSignal): unknown {
  if (error instanceof CommanderError) {
    const isHelp = error.code === 'commander.help';
    const message = isHelp ? 'A command is missing' : error.message.replace(/^error: /, '');
    return new UsageError(message, 'Add `--help` to see what there is.');
  }
  return interruption.aborted && !(error instanceof MillraceError) ? interruption.reason : error;
}

let chosen: Promise<Reporter> | undefined;
/** Those for the project that was opened last: the demo opens one of its own. */
let globalOptions: readonly string[] = [];

/** One reporter for the whole command: a second one could not stop the spinner of the first. */
function chooseReporter({ json }: GlobalFlags): Promise<Reporter> {
  chosen ??= json
    ? import('./report/json-reporter.js').then(({ JsonReporter }) => new JsonReporter())
    : import('./report/terminal-reporter.js').then(
        ({ TerminalReporter }) => new TerminalReporter(process.stderr.isTTY ?? false, undefined, () => globalOptions),
      );
  return chosen;
}

async function openContext(flags: GlobalFlags, signal: AbortSignal, options: OpenOptions = {}) {
  const project = options.projectFolder ?? flags.project;
  // Absolute, because the next command may be pasted in another folder.
  globalOptions = globalOptionsOf({ ...flags, ...(project === undefined ? {} : { project: resolve(project) }) });
  const { wire } = await import('./wiring.js');
  return wire({ flags, signal, options, globalOptions, report: await chooseReporter(flags) });
}

/** The first signal asks the work to end, a second one exits at once. A closed pipe (`| head`) is no error. */
function listenForSignals(): AbortSignal {
  const controller = new AbortController();
  const abort = (signal: 'SIGINT' | 'SIGTERM') => () => {
    if (controller.signal.aborted) process.exit(signal === 'SIGINT' ? ExitCode.Interrupted : ExitCode.Terminated);
    controller.abort(new InterruptedError(signal));
  };
  process.on('SIGINT', abort('SIGINT'));
  process.on('SIGTERM', abort('SIGTERM'));
  process.on('SIGHUP', abort('SIGTERM'));
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? ExitCode.Done : ExitCode.Bug),
  );
  return controller.signal;
}
