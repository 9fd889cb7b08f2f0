import type { ProjectFolder } from '../../project/project-folder.js';
import type { Target } from '../../targets/target.js';
import { describeIdleSide, findIdleSide, type IdleSide, readJoined } from '../list/sides.js';
import { outputFolder, scriptPath } from '../record/run-paths.js';
import { type RunRecord, readRun } from '../record/run-record.js';
import { type QueryOutput, readApplication } from '../state/application.js';
import { ProgressReader } from '../state/progress-file.js';
import type { RunState } from '../state/run-state.js';
import { describeOpenWindows, type OpenWindows, readOpenWindows } from './open-windows.js';

export interface RunSummary {
  readonly batches: number;
  readonly rowsRead: number;
  readonly deadLetters: number;
  /** Counted per key and window of a micro-batch; of sessions per record. */
  readonly droppedAsLate: number;
  /** What an `available-now` run left open at its end. */
  readonly openWindows: OpenWindows | null;
  /** Of a run that joins topics: the one that holds the results of the others back. */
  readonly idleSide: IdleSide | null;
  readonly script: string;
}

/** The summary as facts for a program, and as lines for a person. */
export interface SummarizedRun {
  readonly summary: RunSummary;
  readonly lines: readonly string[];
  readonly record: RunRecord;
}

/** What a run has done so far, from its progress file and from what its script says of itself. */
export async function summarizeRun(
  target: Target,
  project: ProjectFolder,
  { run, state }: { readonly run: string; readonly state: RunState },
): Promise<SummarizedRun> {
  const record = await readRun(project, target.name, run);
  return summarizeRecord(target, record, state, new ProgressReader(target.data, run));
}

/** The same of a run whose record was read already, and whose progress perhaps up to the last look. */
export async function summarizeRecord(
  target: Target,
  record: RunRecord,
  state: RunState,
  progress: ProgressReader,
): Promise<SummarizedRun> {
  const { run } = record;
  const [tally, application, openWindows, joined] = await Promise.all([
    progress.read(),
    readApplication(target, run),
    readOpenWindows(target, record),
    readJoined(target, record),
  ]);
  const { batches, rowsRead, droppedAsLate } = tally.of('topic');
  const idleSide = findIdleSide(joined, record, state, Date.now());
  const summary: RunSummary = {
    ...{ batches, rowsRead, deadLetters: tally.of('dead-letters').rowsWritten, droppedAsLate },
    openWindows,
    idleSide,
    script: target.src.describe(scriptPath(run)),
  };
  const output = record.generation === null ? null : target.data.describe(outputFolder(record.name, record.generation));
  const open = openWindows ? describeOpenWindows(openWindows, 'closeWindows' in record.parameters) : [];
  const lines = [
    `script   ${summary.script}`,
    ...(summary.batches > 0 ? [describeRead(summary)] : []),
    ...describeTopics(record, application?.outputs ?? []),
    ...(output ? [`         ${output}: parquet, a window once the watermark has closed it`] : []),
    ...(idleSide ? [`held     ${describeIdleSide(idleSide)}`] : []),
    ...open.map((line, index) => `${(index === 0 ? 'open' : '').padEnd(9)}${line}`),
  ];
  return { summary, lines, record };
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
