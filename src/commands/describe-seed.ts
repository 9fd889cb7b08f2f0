import type { SeedReport } from '../seed/engine/seeding.js';
import type { SeedKind } from '../seed/seed-kind.js';
import { quote } from '../targets/shell.js';
import type { CommandContext } from './command-context.js';
import { describeNext, type NextStep, nextCommand } from './next-commands.js';

type Style = Pick<typeof import('../report/style.js'), 'table' | 'bar' | 'count'>;

/** What came into the topic, per group and in all, and what to do with it next. */
export function describeSeed(
  context: Pick<CommandContext, 'globalOptions'>,
  kind: SeedKind,
  report: SeedReport,
  { table, bar, count }: Style,
): string {
  const most = Math.max(1, ...Object.values(report.groups));
  const rows = Object.entries(report.groups).map(([group, records]) => [group, bar(records / most), count(records)]);
  const facts = Object.entries(report.facts).map(([name, value]) => `${name} ${count(value)}`);
  return [
    ...(rows.length > 0 ? [table(rows, [2]), ''] : []),
    ...describeTotals(report, count),
    ...(facts.length > 0 ? [`  ${facts.join(', ')}`] : []),
    ...describeAfterSeed(report, nextSteps(context, kind, report.topic)),
  ].join('\n');
}

/** What comes next, as commands that can be pasted. */
export function nextSteps(context: Pick<CommandContext, 'globalOptions'>, kind: SeedKind, topic: string): NextStep[] {
  return kind.next(topic).map(({ words, does }) => ({ command: nextCommand(context, ...words), does }));
}

function describeTotals(report: SeedReport, count: (value: number) => string): string[] {
  const { read, published, rejected, duplicates, seconds, topic, offsets, rejectsFile } = report;
  const rate = count(Math.round(published / Math.max(seconds, 0.001)));
  const left = duplicates > 0 ? ` + duplicates ${count(duplicates)}` : '';
  return [
    `  read ${count(read)} = published ${count(published)} + rejected ${count(rejected)}${left}    ${seconds.toFixed(1)} s, ${rate} rows/s`,
    `  topic \`${topic}\`  ${count(offsets.before)} → ${count(offsets.after)} offsets, agrees with what was published`,
    ...(rejectsFile ? [`  rejected rows, with line and reason: ${rejectsFile}`] : []),
  ];
}

/** The suggested commands; where nothing was published, a look at the rejects in their place. */
export function describeAfterSeed(
  { published, rejected, rejectsFile, offsets }: SeedReport,
  steps: readonly NextStep[],
): string[] {
  if (published === 0 && rejected > 0 && rejectsFile !== null)
    return describeNext([{ command: `head -n 5 ${quote(rejectsFile)}`, does: 'why nothing was published' }]);
  return offsets.after === 0 ? [] : describeNext(steps);
}
