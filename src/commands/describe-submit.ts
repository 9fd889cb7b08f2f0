import { carryOnIn } from '../report/carry-on.js';
import type { SummarizedRun } from '../runs/show/summarize.js';
import { isLive } from '../runs/state/run-state.js';
import type { SubmitReport } from '../runs/submit/run-context.js';
import type { CommandContext } from './command-context.js';
import { describeNext, type NextStep, nextCommand } from './next-commands.js';

type Told = Pick<CommandContext, 'told'>;

/** What a submit came to, and what to do with that run or with what it wrote. */
export function describeSubmit(context: Told, { run, state, note }: SubmitReport, summarized: SummarizedRun): string {
  const { lines } = summarized;
  if (state === 'failed' || state === 'lost') return `  run ${run}: ${state}\n  ${lines[0]}`;
  const how = note ? ` (${carryOnIn(note, context.told)})` : '';
  const next = isLive(state) ? describeLive(context, run) : describeNext([nextStep(context, run, summarized)]);
  return [`  run ${run}: ${state}${how}`, ...lines.map((line) => `  ${line}`), ...next].join('\n');
}

function describeLive(context: Told, run: string): string[] {
  return [
    `  It is looked after.  Watch: ${nextCommand(context, 'runs', 'show', run, '--watch')}`,
    `                       Stop:  ${nextCommand(context, 'runs', 'stop', run)}`,
  ];
}

/** What it wrote; where that is nothing, why. Only its log tells what a script did that is no job. */
function nextStep(context: Told, run: string, { record, summary }: SummarizedRun): NextStep {
  const [results] = record.writes;
  if (results === undefined) return { command: nextCommand(context, 'runs', 'logs', run), does: 'what it printed' };
  if (record.kind === 'streaming' && summary.rowsRead === 0)
    return { command: nextCommand(context, 'runs', 'explain', run), does: 'why it read nothing' };
  return { command: nextCommand(context, 'topic', 'tail', results), does: 'its results' };
}
