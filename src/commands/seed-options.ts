import type { Command } from 'commander';
import { UsageError } from '../errors.js';
import { parseRatePerSecond } from '../project/duration.js';
import type { SeedContext, SeedReport } from '../seed/run-seed.js';
import { quote } from '../targets/shell.js';
import type { CommandContext } from './command-context.js';
import { describeNext, type NextStep } from './next-commands.js';
import { parseCount } from './parse-flags.js';

export interface SeedFlags {
  readonly rate?: string;
  readonly limit?: number;
  readonly topic?: string;
  readonly append?: boolean;
  readonly replace?: boolean;
  readonly yes?: boolean;
}

/** The options that all seeds have. */
export function addSeedOptions(command: Command, topic: string): Command {
  return command
    .option('--rate <rate>', 'no faster than this: 200/s, 200, 12000/m (flat out)')
    .option('--limit <count>', 'stop after this many records', parseCount)
    .option('--topic <name>', `topic to publish to (${topic})`)
    .option('--append', 'publish also what the topic already holds')
    .option('--replace', 'empty the topic first')
    .option('--yes', 'the answer to what it asks');
}

export function readSeedFlags({ rate, limit, topic, append, replace }: SeedFlags, defaultTopic: string) {
  if (append && replace) throw new UsageError('--append and --replace exclude each other', 'Take one of them.');
  return {
    topic: topic ?? defaultTopic,
    limit,
    ratePerSecond: rate === undefined ? undefined : parseRatePerSecond(rate),
    isAppending: append ?? false,
    isReplacing: replace ?? false,
  };
}

export async function toSeedContext({
  target,
  project,
  report,
  signal,
  confirm,
}: CommandContext): Promise<SeedContext> {
  return { bootstrapServers: (await target.addresses()).bootstrapServers, project, report, signal, confirm };
}

/** The lines that every seed ends with. */
export function describeSeed(result: SeedReport, count: (value: number) => string): string[] {
  const { read, published, rejected, duplicates, seconds, topic, records, rejectsFile } = result;
  const rate = count(Math.round(published / Math.max(seconds, 0.001)));
  const twice = duplicates > 0 ? ` + duplicates ${count(duplicates)}` : '';
  return [
    `  read ${count(read)} = published ${count(published)} + rejected ${count(rejected)}${twice}    ${seconds.toFixed(1)} s, ${rate} rows/s`,
    `  topic \`${topic}\`  ${count(records.before)} → ${count(records.after)} records, agrees with its offsets`,
    ...(rejectsFile ? [`  rejected rows, with line and reason: ${rejectsFile}`] : []),
  ];
}

/** What to do next with the topic; where nothing got into it, a look at why. */
export function describeAfterSeed(
  { published, rejected, rejectsFile, records }: SeedReport,
  steps: readonly NextStep[],
) {
  if (published === 0 && rejected > 0 && rejectsFile !== null)
    return describeNext([{ command: `head -n 5 ${quote(rejectsFile)}`, does: 'why nothing was published' }]);
  return records.after === 0 ? [] : describeNext(steps);
}

/** The parameter that makes a job read another topic than its own. */
export function inputOf(topic: string, usual: string): string[] {
  return topic === usual ? [] : ['--set', `input=${topic}`];
}
