import { ExitCode, MillraceError } from '../errors.js';
import { readRun } from '../runs/record/run-record.js';
import type { RunContext, SubmitOptions } from '../runs/submit/run-context.js';
import { submit, throwIfFailed } from '../runs/submit/submit.js';

const MODEL = 'car-price';
const JOB = 'train-car-price';

export interface TrainReport {
  readonly run: string;
  readonly model: string;
  readonly version: string;
  readonly path: string;
  /** Trained on generated listings, because the topic holds no real ones. */
  readonly generated: boolean;
  readonly rows: {
    readonly read: number;
    readonly train: number;
    readonly test: number;
    readonly leftOut: Readonly<Record<string, number>>;
  };
  readonly metrics: Metrics;
  /** The same for always answering the median price. */
  readonly baseline: Metrics;
}

/** On the held-out rows; `mae` and `rmse` in pounds. */
export interface Metrics {
  readonly r2: number;
  readonly mae: number;
  readonly rmse: number;
}

export class TrainingRefusedError extends MillraceError {
  readonly code = 'TRAINING_REFUSED';
  readonly exitCode = ExitCode.JobFailed;
  readonly hint: string;

  constructor(
    readonly run: string,
    reason: string,
    topic: string,
  ) {
    super(`The model was not trained: ${reason}`);
    this.hint = `Fill the topic with \`millrace seed cars${topic === 'cars' ? '' : ` --topic ${topic}`}\` and train again.`;
  }
}

/**
 * Trains the price model on Spark from the listings topic and saves it as the next version.
 * @throws what `submit` throws, JobFailedError, TrainingRefusedError
 */
export async function trainModel(
  context: RunContext,
  options: Pick<SubmitOptions, 'settings' | 'cores' | 'isQueueing'>,
): Promise<TrainReport> {
  const { data } = context.target;
  const version = `v${(await newestVersion(context)) + 1}`;
  const extra = { modelFolder: data.pathForJobs(`models/${MODEL}`), version };
  const { run, ...status } = await submit(context, { ...options, job: JOB, extra });
  const result = JSON.parse((await data.read(`runs/${run}/result.json`)) ?? '{}') as Partial<TrainReport> & {
    error?: string;
  };
  const { reads } = await readRun(context.project, context.target.name, run);
  const refused = (reason: string) => new TrainingRefusedError(run, reason, reads[0] ?? 'cars');
  if (result.error) throw refused(result.error);
  await throwIfFailed(context, run, status);
  if (!result.metrics) throw refused(`the run was ${status.state} before it had a result`);
  const { model, path, generated, rows, metrics, baseline } = result as TrainReport;
  return { run, model, version, path, generated, rows, metrics, baseline };
}

async function newestVersion({ target }: RunContext): Promise<number> {
  const versions = await target.data.list(`models/${MODEL}`);
  return Math.max(0, ...versions.map((name) => Number(/^v(\d+)$/.exec(name)?.[1] ?? 0)));
}
