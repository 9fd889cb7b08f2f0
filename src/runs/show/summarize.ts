import type { ProjectFolder } from '../../project/project-folder.js';
import type { Target } from '../../targets/target.js';
import { findIdleSide, type IdleSide, readJoinProgress } from '../list/sides.js';
import { outputFolder, scriptPath } from '../record/run-paths.js';
import { type RunRecord, readRun } from '../record/run-record.js';
import { ProgressReader } from '../state/progress-file.js';
import { type QueryOutput, readApplication } from '../state/run-files.js';
import type { RunState } from '../state/run-state.js';
import { type OpenWindows, readOpenWindows } from './open-windows.js';

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

export interface SummarizedRun {
  readonly summary: RunSummary;
  readonly record: RunRecord;
  /** What a job's queries write; none as long as its script has not told. */
  readonly outputs: readonly QueryOutput[];
  /** Where its parquet lies; null for a run that has none of ours. */
  readonly outputFolder: string | null;
}

/** What a run has done so far and where it is to be found, from its progress file and from what its script says of itself. */
export async function summarizeRun(
  target: Target,
  project: ProjectFolder,
  { run, state }: { readonly run: string; readonly state: RunState },
): Promise<SummarizedRun> {
  const record = await readRun(project, target.name, run);
  const [summary, application] = await Promise.all([
    summarizeRecord(target, record, state, new ProgressReader(target.data, run)),
    readApplication(target, run),
  ]);
  const { name, generation } = record;
  return {
    summary,
    record,
    outputs: application?.outputs ?? [],
    outputFolder: generation === null ? null : target.data.describe(outputFolder(name, generation)),
  };
}

/** The summary of a run whose record was read already, and whose progress perhaps up to the last look. */
export async function summarizeRecord(
  target: Target,
  record: RunRecord,
  state: RunState,
  progress: ProgressReader,
): Promise<RunSummary> {
  const [tally, openWindows, joined] = await Promise.all([
    progress.read(),
    readOpenWindows(target, record),
    readJoinProgress(target, record),
  ]);
  const { batches, rowsRead, droppedAsLate } = tally.of('topic');
  return {
    ...{ batches, rowsRead, deadLetters: tally.of('dead-letters').rowsWritten, droppedAsLate },
    openWindows,
    idleSide: findIdleSide(joined, record, state, Date.now()),
    script: target.src.describe(scriptPath(record.run)),
  };
}
