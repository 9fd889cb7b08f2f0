import { packagePath } from '../../../../src/project/package-files.js';
import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import { planSubmit } from '../../../../src/runs/plan/plan-submit.js';
import { readAddresses } from '../../../../src/runs/record/run-addresses.js';
import { readAllRuns, readRun } from '../../../../src/runs/record/run-record.js';
import { readRunStatus } from '../../../../src/runs/state/run-state.js';
import type { RunContext, SubmitOptions } from '../../../../src/runs/submit/run-context.js';
import { type Staging, stage } from '../../../../src/runs/submit/stage.js';
import { endAtOnce, start } from '../../../../src/runs/submit/start.js';
import { makeUpTarget, withMaster } from '../../../fakes/folder-target.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { StandInMaster } from '../stand-in-master.js';

const { target, project } = makeUpTarget(temporaryFolder());
const jobs = { folders: [packagePath()] };
const context = { target, project, jobs, report: new RecordingReporter(), signal: new AbortController().signal };

/** On a cluster with room for two executors. */
async function onCluster(): Promise<RunContext> {
  return { ...context, target: withMaster(target, await new StandInMaster().serve()) };
}

/** A plan that has passed its preflight. */
async function makeStaging(some: Partial<SubmitOptions> = {}): Promise<Staging> {
  const options = { job: 'windowed-cars', settings: ['window=5 minutes'], ...some };
  const client = await target.drivers.submitClient();
  const schedulerArguments = await target.scheduler.submitArguments(1);
  const addresses = await readAddresses(target);
  const ready = {
    kafka: await target.kafka(),
    addresses,
    schedulerArguments,
    client,
    generation: 3,
    gaps: [],
    offsetsInTopics: 0,
    topicEnds: {},
  };
  return { plan: await planSubmit(jobs, options), options, ready };
}

describe('a run that has nothing to read', () => {
  test('has succeeded at once, with its record and script as any other', async () => {
    const run = await stage(context, await makeStaging({ trigger: 'available-now' }));
    await endAtOnce(context, run);
    expect(run).toBe('windowed-cars-1');
    expect(await readRunStatus(target, project, run)).toEqual({ state: 'succeeded', exitCode: 0, note: null });
    const record = await readRun(project, 'local', run);
    expect(record).toMatchObject({ name: 'windowed-cars', trigger: 'available-now', generation: 3, reads: ['cars'] });
    expect(record.command).toEqual(expect.arrayContaining(['--name', run, `${run}.py`]));
    expect(await target.src.read(`${run}.py`)).toContain('WINDOW = "5 minutes"');
    expect(JSON.parse((await target.data.read(`runs/${run}/exit.json`)) ?? '')).toMatchObject({ exitCode: 0 });
  });
});

describe('a run that is started', () => {
  const begin = (on: RunContext, staging: Staging) => start(on, staging, () => stage(on, staging));
  const known = async () => (await readAllRuns(project)).map(({ run }) => run);

  test('leaves nothing behind where there is no room for it', async () => {
    const before = await known();
    const failure = await failureOf(begin(await onCluster(), await makeStaging({ cores: 3 })));
    expect(failure).toMatchObject({ code: 'ROOM_MISSING', job: 'windowed-cars' });
    expect(await known()).toEqual(before);
  });

  test('has failed where no supervisor can be started, and says why', async () => {
    const unreachable = { ...(await onCluster()), project: { ...project, root: '/nowhere' } };
    const failure = await failureOf(begin(unreachable, await makeStaging({ name: 'mine' })));
    expect(failure).toMatchObject({ code: 'SUPERVISOR_NOT_STARTED', run: 'mine-1' });
    const { state, note } = await readRunStatus(target, project, 'mine-1');
    expect([state, note]).toEqual(['failed', (failure as Error).message]);
  });
});
