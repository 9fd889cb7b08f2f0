import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../../errors.js';
import { driverLogPath, runFolder } from '../record/run-paths.js';
import { readShipped } from '../supervise/launch-files.js';
import { previewName } from './place-script.js';
import type { Preview } from './render-only.js';
import type { RunContext } from './run-context.js';
import { submitLine } from './stage.js';
import { submitErrors } from './submit-errors.js';

const PLANNER = 'show_plan.py';
const LOOK_EVERY_MS = 200;
const PLANNED_WITHIN_MS = 180_000;

/**
 * Spark's plan of the query of a script that was rendered, as text: what happens to a record, step by step. Spark makes it in a driver
 * of its own, on one core of the machine where drivers run; no topic is read or made.
 * @throws UsageError if the job is no stream, ClusterNotRunningError, and NOT_PLANNED if Spark makes no plan of its script
 */
export async function showPlan({ target, signal }: RunContext, { plan, path }: Preview): Promise<string> {
  if (plan.job.kind !== 'streaming')
    throw new UsageError(`The job ${plan.job.name} is no stream`, 'Without `--explain` its script is rendered.');
  await target.kafka(); // its addresses are in the script, so the cluster has to be up
  const client = await target.drivers.submitClient();
  await target.src.put(PLANNER, await readShipped(PLANNER));
  const driver = `${previewName(plan)}.${process.pid}.plan`;
  const file = `${runFolder(driver)}/plan.txt`;
  const line = { run: driver, script: PLANNER, environment: {}, client, schedulerArguments: ['--master', 'local[1]'] };
  const command = submitLine({ ...plan, args: [path, target.data.pathForJobs(file)] }, {}, line);
  try {
    await target.drivers.launch(driver, command, client.environment);
    await waitForEnd({ target, signal }, driver);
    const text = await target.data.read(file);
    if (text === undefined) throw await notPlanned(target, plan.job.name, driver);
    return text.trim();
  } finally {
    await target.data.remove(runFolder(driver));
  }
}

async function waitForEnd({ target: { drivers }, signal }: Pick<RunContext, 'target' | 'signal'>, driver: string) {
  const deadline = Date.now() + PLANNED_WITHIN_MS;
  try {
    while ((await drivers.find(driver)).state === 'running' && Date.now() < deadline)
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  } finally {
    await drivers.signal(driver, 'SIGKILL');
  }
}

/** The last line of a Python traceback, or of what spark-submit says, has the reason. */
async function notPlanned({ data }: RunContext['target'], job: string, driver: string) {
  const log = (await data.read(driverLogPath(driver))) ?? '';
  const said = log.split('\n').filter((line) => /^\w/.test(line) && !/ (INFO|WARN) /.test(line));
  return submitErrors.NOT_PLANNED({
    job,
    reason: said.at(-1) ?? `its driver said nothing in ${PLANNED_WITHIN_MS / 1000} s`,
  });
}
