import { addGlobalOptionsIn } from '../report/carry-on.js';
import type { RunRecord } from '../runs/record/run-record.js';
import type { RunSummary, SummarizedRun } from '../runs/show/summarize.js';
import type { QueryOutput } from '../runs/state/run-files.js';
import { isLive } from '../runs/state/run-state.js';
import type { SubmitReport } from '../runs/submit/run-context.js';
import type { CommandContext } from './command-context.js';
import { describeIdleSide, describeOpenWindows } from './describe-windows.js';
import { describeNext, type NextStep, nextCommand } from './next-commands.js';

type WithGlobalOptions = Pick<CommandContext, 'globalOptions'>;

/** What a submit came to, and what to do with that run or with what it wrote. */
export function describeSubmit(
  context: WithGlobalOptions,
  { run, state, note }: SubmitReport,
  summarized: SummarizedRun,
): string {
  const lines = describeWork(summarized);
  if (state === 'failed' || state === 'lost') return `  run ${run}: ${state}\n  ${lines[0]}`;
  const how = note ? ` (${addGlobalOptionsIn(note, context.globalOptions)})` : '';
  const next = isLive(state) ? describeLive(context, run) : describeNext([nextStep(context, run, summarized)]);
  return [`  run ${run}: ${state}${how}`, ...lines.map((line) => `  ${line}`), ...next].join('\n');
}

/** The script first, then what the run has read, what it writes, and what holds results back. */
function describeWork({ summary, record, outputs, outputFolder }: SummarizedRun): string[] {
  const { batches, idleSide, openWindows, script } = summary;
  const open = openWindows ? describeOpenWindows(openWindows, 'closeWindows' in record.parameters) : [];
  return [
    `script   ${script}`,
    ...(batches > 0 ? [describeRead(summary)] : []),
    ...describeTopics(record, outputs),
    ...(outputFolder ? [`         ${outputFolder}: parquet, a window once the watermark has closed it`] : []),
    ...(idleSide ? [`held     ${describeIdleSide(idleSide)}`] : []),
    ...open.map((line, index) => `${(index === 0 ? 'open' : '').padEnd(9)}${line}`),
  ];
}

function describeRead({ rowsRead, batches, deadLetters, droppedAsLate }: RunSummary): string {
  const where = `${batches} ${batches === 1 ? 'batch' : 'batches'}`;
  return `read     ${rowsRead} records in ${where}: ${deadLetters} dead letters, ${droppedAsLate} too late`;
}

/** What a topic holds is told by the script; one that was not started has said nothing. */
function describeTopics({ writes }: RunRecord, outputs: readonly QueryOutput[]): string[] {
  return writes.map((topic) => {
    const output = outputs.find((one) => one.topic === topic);
    const label = output?.query === 'alerts' ? 'alerts' : 'results';
    const mode = output?.mode === 'append' ? ': each once it is final' : ': every change';
    return `${label.padEnd(9)}topic ${topic}${output ? mode : ''}`;
  });
}

function describeLive(context: WithGlobalOptions, run: string): string[] {
  return [
    `  It is looked after.  Watch: ${nextCommand(context, 'runs', 'show', run, '--watch')}`,
    `                       Stop:  ${nextCommand(context, 'runs', 'stop', run)}`,
  ];
}

/** What it wrote; where that is nothing, why. Only its log tells what a script did that is no job. */
function nextStep(context: WithGlobalOptions, run: string, { record, summary }: SummarizedRun): NextStep {
  const [results] = record.writes;
  if (results === undefined) return { command: nextCommand(context, 'runs', 'logs', run), does: 'what it printed' };
  if (record.kind === 'streaming' && summary.rowsRead === 0)
    return { command: nextCommand(context, 'runs', 'explain', run), does: 'why it read nothing' };
  return { command: nextCommand(context, 'topic', 'tail', results), does: 'its results' };
}
