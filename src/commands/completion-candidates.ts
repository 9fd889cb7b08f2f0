import type { Command, Option } from 'commander';
import { TARGET_NAMES } from '../targets/registry/registry.js';

/** The words that depend on the project: by the name of an argument, or of the option whose value they are. */
export interface WordSources {
  job(typed: TypedWords): Promise<readonly string[]>;
  run(typed: TypedWords): Promise<readonly string[]>;
  topic(typed: TypedWords): Promise<readonly string[]>;
  /** Parameters of a job. */
  set(typed: TypedWords): Promise<readonly string[]>;
  /** Names that runs have. */
  name(typed: TypedWords): Promise<readonly string[]>;
}

/** What stands before the word that is to be completed. */
export interface TypedWords {
  /** The innermost command. */
  readonly command: Command;
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  /** The option that the word is the value of. */
  readonly pending: Option | undefined;
}

/** Words of which the command line knows all, though it takes others as well. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  target: [...TARGET_NAMES, 'auto'],
  trigger: ['available-now'],
  coordination: ['kraft', 'zookeeper'],
  ports: ['auto'],
};

/** What no shell reads anything into: the scripts hand these words on as they are. */
const HARMLESS = /^[\w.@:=,+-]+$/;

/** What may stand in the place of the last word. */
export async function candidatesFor(
  program: Command,
  words: readonly string[],
  sources: WordSources,
): Promise<readonly string[]> {
  // bash breaks words at `=` and gives it as a word of its own.
  const whole = words.filter((word, index) => word !== '=' || index === words.length - 1);
  const last = whole.at(-1) ?? '';
  const current = last === '=' ? '' : last;
  const typed = readWords(program, whole.slice(0, -1));
  const found = await wordsAt(typed, current, sources);
  return found.filter((word) => word.startsWith(current) && HARMLESS.test(word));
}

/** Follows the words through the tree of commands. */
function readWords(program: Command, words: readonly string[]): TypedWords {
  let command = program;
  let pending: Option | undefined;
  const positionals: string[] = [];
  const options: Record<string, string> = {};
  for (const word of words) {
    const child = positionals.length === 0 ? findCommand(command, word) : undefined;
    if (pending) {
      options[pending.attributeName()] = word;
      pending = undefined;
    } else if (word.startsWith('-')) pending = findOption(command, word);
    else if (child) command = child;
    else positionals.push(word);
  }
  return { command, positionals, options, pending };
}

function findCommand(command: Command, word: string): Command | undefined {
  return command.commands.find((child) => child.name() === word || child.aliases().includes(word));
}

/** The option of that name, if a value follows it. */
function findOption(command: Command, word: string): Option | undefined {
  const option = optionsOf(command).find(({ long, short }) => word === long || word === short);
  return option?.required || option?.optional ? option : undefined;
}

async function wordsAt(typed: TypedWords, current: string, sources: WordSources): Promise<readonly string[]> {
  const { command, positionals, pending } = typed;
  if (pending) return pending.argChoices ?? wordsNamed(pending.attributeName(), typed, sources);
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

/** Its own options and those of the commands around it, which may stand behind it too. */
function optionsOf(command: Command): Option[] {
  const around = command.parent ? optionsOf(command.parent) : [];
  return [
    ...command.createHelp().visibleOptions(command),
    ...around.filter(({ long }) => long !== '--help' && long !== '--version'),
  ];
}
