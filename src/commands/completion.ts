import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Argument, Command } from 'commander';
import { packagePath } from '../project/package-files.js';
import type { Reporter } from '../report/reporter.js';
import type { OpenContext } from './command-context.js';

/** It needs no project: each new shell runs this command, and a broken millrace.yaml must not make it fail. */
type ChooseReporter = () => Promise<Reporter>;

/** Longer than a busy machine needs to list the topics, but short enough for a person who waits. */
const ANSWER_WITHIN_MS = 1_500;

export const completionCommand = (chooseReporter: ChooseReporter) =>
  new Command('completion')
    .description('a script that completes commands, options, jobs, runs and topics in your shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      '\nExamples:\n  source <(millrace completion bash)      in ~/.bashrc\n  source <(millrace completion zsh)       in ~/.zshrc, after compinit\n  millrace completion fish | source       in ~/.config/fish/config.fish',
    )
    .action(async (shell: string) => {
      const report = await chooseReporter();
      const script = await readFile(packagePath('templates', `completion.${shell}`), 'utf8');
      report.result({ shell, script }, () => script.trimEnd());
    });

export interface CompleteOptions {
  readonly open: OpenContext;
  readonly chooseReporter: ChooseReporter;
  readonly program: Command;
  /** The project that the environment names. */
  readonly projectFolder: string | undefined;
}

/** Called by the completion scripts; prints one candidate per line. After an error it prints nothing, since nobody typed it. */
export const completeCommand = ({ open, chooseReporter, program, projectFolder }: CompleteOptions) =>
  new Command('__complete').argument('[words...]').action(async (words: string[]) => {
    const [{ candidatesFor }, { completionSources }] = await Promise.all([
      import('./completion-candidates.js'),
      import('./completion-sources.js'),
    ]);
    const found = candidatesFor(program, words, completionSources(open, projectFolder)).catch(() => []);
    const candidates = await Promise.race([found, sleep(ANSWER_WITHIN_MS, [])]);
    const report = await chooseReporter();
    for (const candidate of candidates) report.item({ candidate }, () => candidate);
  });
