import { readRun } from '../runs/record/run-record.js';
import { readBatchResult } from '../runs/state/batch-result.js';
import type { RunContext, SubmitOptions } from '../runs/submit/run-context.js';
import { submit, throwIfFailed } from '../runs/submit/submit.js';
import { CAR_PRICE } from './model.js';
import { modelErrors } from './model-errors.js';
import { type ModelVersion, modelFolder, nextVersion, readVersion } from './model-versions.js';

export interface TrainReport extends ModelVersion {
  readonly run: string;
}

/**
 * Trains the price model on Spark from the listings topic and saves it as the next version.
 * @throws what `submit` throws, JOB_FAILED, TRAINING_REFUSED
 */
export async function trainModel(
  context: RunContext,
  options: Pick<SubmitOptions, 'settings' | 'cores' | 'isQueueing'>,
): Promise<TrainReport> {
  const { project, target } = context;
  const { data } = target;
  const { job, trainedBy: startedBy } = CAR_PRICE;
  const version = await nextVersion(data, CAR_PRICE);
  const extra = { modelFolder: data.pathForJobs(modelFolder(CAR_PRICE)), version };
  const { run, ...status } = await submit(context, { ...options, job, startedBy, extra });
  const result = await readBatchResult(data, run);
  const { reads } = await readRun(project, target.name, run);
  const refused = (reason: string) => modelErrors.TRAINING_REFUSED({ run, reason, topic: reads[0] ?? 'cars' });
  if (result?.error) throw refused(result.error);
  await throwIfFailed(context, run, status);
  const trained = result && (await readVersion(data, CAR_PRICE, version));
  if (!trained) throw refused(`the run was ${status.state} before it had a result`);
  return { run, ...trained };
}
