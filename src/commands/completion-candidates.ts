import type { Command, Option } from 'commander';
import { TARGET_NAMES } from '../targets/registry/registry.js';

/** Where words come from that depend on the project: by the name of an argument, or of the option that takes them. */
export interface WordSources {
  job(typed: TypedWords): Promise<readonly string[]>;
  run(typed: TypedWords): Promise<readonly string[]>;
  topic(typed: TypedWords): Promise<readonly string[]>;
  /** The parameters of a job. */
  set(typed: TypedWords): Promise<readonly string[]>;
  /** The names of runs. */
  name(typed: TypedWords): Promise<readonly string[]>;
}

/** The words before the one that is to be completed. */
export interface TypedWords {
  /** The innermost command. */
  readonly command: Command;
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  /** The option right before, whose value is to be completed. */
  readonly optionBefore: Option | undefined;
}

/** Words that are suggested everywhere alike; the option may take others as well. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  target: [...TARGET_NAMES, 'auto'],
  trigger: ['available-now'],
  coordination: ['kraft', 'zookeeper'],
  ports: ['auto'],
};

/** Words without a character that a shell would interpret: the completion scripts pass them on without quotes. */
const SAFE_IN_A_SHELL = /^[\w.@:=,+-]+$/;

/** The words that the last one can be completed to. */
export async function candidatesFor(
  program: Command,
  words: readonly string[],
  sources: WordSources,
): Promise<readonly string[]> {
  // bash splits words at `=` and passes the `=` as a separate word.
  const whole = words.filter((word, index) => word !== '=' || index === words.length - 1);
  const last = whole.at(-1) ?? '';
  const current = last === '=' ? '' : last;
  const typed = readWords(program, whole.slice(0, -1));
  const found = await wordsAt(typed, current, sources);
  return found.filter((word) => word.startsWith(current) && SAFE_IN_A_SHELL.test(word));
}

/** Follows the words through the tree of commands. */
function readWords(program: Command, words: readonly string[]): TypedWords {
  let command = program;
  let optionBefore: Option | undefined;
  const positionals: string[] = [];
  const options: Record<string, string> = {};
  for (const word of words) {
    const child = positionals.length === 0 ? findCommand(command, word) : undefined;
    if (optionBefore) {
      options[optionBefore.attributeName()] = word;
      optionBefore = undefined;
    } else if (word.startsWith('-')) optionBefore = findOption(command, word);
    else if (child) command = child;
    else positionals.push(word);
  }
  return { command, positionals, options, optionBefore };
}

function findCommand(command: Command, word: string): Command | undefined {
  return command.commands.find((child) => child.name() === word || child.aliases().includes(word));
}

/** The option of that name, if it takes a value. */
function findOption(command: Command, word: string): Option | undefined {
  const option = optionsOf(command).find(({ long, short }) => word === long || word === short);
  return option?.required || option?.optional ? option : undefined;
}

async function wordsAt(typed: TypedWords, current: string, sources: WordSources): Promise<readonly string[]> {
  const { command, positionals, optionBefore } = typed;
  if (optionBefore) return optionBefore.argChoices ?? wordsNamed(optionBefore.attributeName(), typed, sources);
  if (current.startsWith('-')) return flagsOf(command);
  if (command.commands.length > 0) return positionals.length === 0 ? subcommandsOf(command) : [];
  const all = command.registeredArguments;
  const argument = all[positionals.length] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined);
  if (!argument) return flagsOf(command);
  return argument.argChoices ?? wordsNamed(argument.name(), typed, sources);
}

async function wordsNamed(name: string, typed: TypedWords, sources: WordSources): Promise<readonly string[]> {
  if (Object.hasOwn(sources, name)) return sources[name as keyof WordSources](typed);
  return FIXED[name] ?? [];
}

function subcommandsOf(command: Command): string[] {
  const visible = command.createHelp().visibleCommands(command);
  return visible.map((child) => child.name());
}

function flagsOf(command: Command): string[] {
  return optionsOf(command).flatMap(({ long, hidden }) => (long && !hidden ? [long] : []));
}

/** The options of the command and of its parents, which may follow it as well. */
function optionsOf(command: Command): Option[] {
  const ofParents = command.parent ? optionsOf(command.parent) : [];
  return [
    ...command.createHelp().visibleOptions(command),
    ...ofParents.filter(({ long }) => long !== '--help' && long !== '--version'),
  ];
}
