import type { ProjectFolder } from '../project/project-folder.js';
import type { BatchProgress } from '../spark/progress.js';
import type { Target } from '../targets/target.js';
import { outputFolder } from './checkpoint/checkpoint.js';
import { readRun } from './run-record.js';
import { readProgress } from './run-state.js';
import { describeIdleSide, findIdleSide, type IdleSide, readJoined } from './sides.js';

export interface RunSummary {
  readonly batches: number;
  readonly rowsRead: number;
  readonly deadLetters: number;
  readonly droppedAsLate: number;
  /** Of a run that joins topics: the one that holds the results of the others back. */
  readonly idleSide: IdleSide | null;
  readonly script: string;
}

/** The summary as facts for a program, and as lines for a person. */
export interface SummarizedRun {
  readonly summary: RunSummary;
  readonly lines: readonly string[];
}

/** What a run has done so far, from its progress file. */
export async function summarizeRun(target: Target, project: ProjectFolder, run: string): Promise<SummarizedRun> {
  const [record, progress] = await Promise.all([readRun(project, target.name, run), readProgress(target, run)]);
  const of = (query: string) => progress.filter((batch) => batch.query === query);
  const rowsRead = sum(of('topic'), ({ rowsRead }) => rowsRead);
  const droppedAsLate = sum(of('topic'), ({ droppedAsLate }) => droppedAsLate);
  const deadLetters = sum(of('dead-letters'), ({ rowsWritten }) => rowsWritten);
  const idleSide = findIdleSide(await readJoined(target, record, progress), record, Date.now());
  const script = target.src.describe(`${run}.py`);
  const output = record.generation === null ? null : target.data.describe(outputFolder(record.name, record.generation));
  const batches = of('topic').length;
  const lines = [
    `script   ${script}`,
    ...(batches > 0
      ? [
          `read     ${rowsRead} records in ${batches} ${batches === 1 ? 'batch' : 'batches'}: ${deadLetters} dead letters, ${droppedAsLate} too late`,
        ]
      : []),
    ...(record.writes.length > 0 ? [`results  topic ${record.writes.join(', ')}: every change`] : []),
    ...(output ? [`         ${output}: parquet, a window once the watermark has closed it`] : []),
    ...(idleSide ? [`held     ${describeIdleSide(idleSide)}`] : []),
  ];
  return { summary: { batches, rowsRead, deadLetters, droppedAsLate, idleSide, script }, lines };
}

function sum(batches: readonly BatchProgress[], figure: (batch: BatchProgress) => number): number {
  return batches.reduce((total, batch) => total + figure(batch), 0);
}
