import { addGlobalOptionsIn } from '../report/add-global-options.js';
import type { RunRecord } from '../runs/record/run-record.js';
import type { RunSummary, SummarizedRun } from '../runs/show/summarize.js';
import type { QueryOutput } from '../runs/state/run-files.js';
import { isLive } from '../runs/state/run-state.js';
import type { SubmitReport } from '../runs/submit/run-context.js';
import type { CommandContext } from './command-context.js';
import { describeIdleSide, describeOpenWindows } from './describe-windows.js';
import { describeNext, type NextStep, nextCommand } from './next-commands.js';

type WithGlobalOptions = Pick<CommandContext, 'globalOptions'>;

/** How a submit ended, and the next command for the run or its results. */
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

/** The script, what the run has read, what it writes, and what its results wait for. */
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

/** The script tells what it writes to a topic and in which mode; while it has not started, that is not known. */
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

/** Look at the results; where the run read nothing, at the reason. Of a script that is no job only the log is known. */
function nextStep(context: WithGlobalOptions, run: string, { record, summary }: SummarizedRun): NextStep {
  const [results] = record.writes;
  if (results === undefined) return { command: nextCommand(context, 'runs', 'logs', run), does: 'what it printed' };
  if (record.kind === 'streaming' && summary.rowsRead === 0)
    return { command: nextCommand(context, 'runs', 'explain', run), does: 'why it read nothing' };
  return { command: nextCommand(context, 'topic', 'tail', results), does: 'its results' };
}
