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
  /** Counted for each key and window of a micro-batch; for sessions, for each record. */
  readonly droppedAsLate: number;
  /** The windows that an `available-now` run left open at its end. */
  readonly openWindows: OpenWindows | null;
  /** For a run that joins topics: the topic that holds back the results of the others. */
  readonly idleSide: IdleSide | null;
  readonly script: string;
}

export interface SummarizedRun {
  readonly summary: RunSummary;
  readonly record: RunRecord;
  /** What a job's queries write; empty until its script has told it. */
  readonly outputs: readonly QueryOutput[];
  /** Where its parquet is; null for a run without a checkpoint of millrace. */
  readonly outputFolder: string | null;
}

/** What a run has done so far and where its files are, from its progress file and its `application.json`. */
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

/** The summary of a run whose record the caller has read. `progress` may have read a part before, and goes on from there. */
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
    ...{ batches, rowsRead, deadLetters: tally.deadLetters, droppedAsLate },
    openWindows,
    idleSide: findIdleSide(joined, record, state, Date.now()),
    script: target.src.describe(scriptPath(record.run)),
  };
}
