import { lookUntil } from '../../project/look-until.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import type { Reporter } from '../../report/reporter.js';
import type { Target } from '../../targets/target.js';
import { readRunIfThere } from '../record/run-record.js';
import { ProgressReader } from '../state/progress-file.js';
import { readApplication } from '../state/run-files.js';
import { isLive, type RunStatus, readRunStatus } from '../state/run-state.js';
import { BESIDE_THE_CLUSTER, describeOwnMaster, readSupervision } from '../state/supervision.js';

const LOOK_EVERY_MS = 200;

export interface WaitOptions {
  readonly target: Target;
  readonly project: ProjectFolder;
  readonly run: string;
  readonly report: Reporter;
  readonly signal: AbortSignal;
}

/** Waits until the run has ended. An abort ends the waiting, not the run. */
export async function waitForRunEnd(options: WaitOptions): Promise<RunStatus> {
  return waitUntil(options, ({ state }) => !isLive(state));
}

/** Waits until a stream has committed its first batch (or has nothing to read), or has ended. */
export async function waitForFirstBatch(options: WaitOptions): Promise<RunStatus> {
  return waitUntil(options, async ({ state }) => {
    if (!isLive(state)) return true;
    if ((await readApplication(options.target, options.run))?.settled) return true;
    return state === 'running' && (await isOwnScript(options));
  });
}

/** A user's script does not say when its queries have started. */
async function isOwnScript({ project, run }: WaitOptions): Promise<boolean> {
  return ((await readRunIfThere(project, run))?.script ?? null) !== null;
}

async function waitUntil(
  options: WaitOptions,
  isDone: (status: RunStatus) => boolean | Promise<boolean>,
): Promise<RunStatus> {
  const { target, project, run, signal } = options;
  const watch = new RunWatch(options);
  const look = async () => {
    const status = await readRunStatus(target, project, run);
    if (await isDone(status)) {
      await watch.end(status);
      return status;
    }
    await watch.look(status);
    return undefined;
  };
  return (await lookUntil(look, { everyMs: LOOK_EVERY_MS, signal })) as RunStatus;
}

/** Reports the progress of a run. Each look reads only what was appended to the run's files since the last one. */
class RunWatch {
  private readonly progress: ProgressReader;
  private note: string | null = null;
  private hasSaidMaster = false;

  constructor(private readonly options: WaitOptions) {
    this.progress = new ProgressReader(options.target.data, options.run);
  }

  async look({ state, note }: RunStatus): Promise<void> {
    const { run, report } = this.options;
    const { batches, rowsRead } = (await this.progress.read()).of('topic');
    if (batches === 0) report.progress({ label: `${run} ${state}` });
    else report.progress({ label: `${run} ${state}, batch ${batches}`, done: rowsRead, unit: 'records' });
    if (note !== null && note !== this.note) report.warn(`${run} ${state}: ${note}`);
    this.note = note;
    if (note?.includes(BESIDE_THE_CLUSTER)) this.hasSaidMaster = true;
  }

  /** A quick script ends before its supervisor has looked: what its note would have said is said at its end. */
  async end({ state }: RunStatus): Promise<void> {
    if (isLive(state)) return;
    const { project, run, report } = this.options;
    const ownMaster = (await readSupervision(project, run))?.attempts.at(-1)?.ownMaster;
    if (ownMaster !== undefined && !this.hasSaidMaster) report.warn(`${run}: ${describeOwnMaster(ownMaster)}`);
  }
}
