import { type ChildProcess, spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { packagePath } from '../../../../src/project/package-files.js';
import { type RunRecord, writeRun } from '../../../../src/runs/record/run-record.js';
import { readSupervision, type Supervision, writeSupervision } from '../../../../src/runs/state/supervision.js';
import { superviseRun } from '../../../../src/runs/supervise/supervise.js';
import type { SuperviseOptions } from '../../../../src/runs/supervise/supervised-run.js';
import { makeUpTarget } from '../../../fakes/folder-target.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { DEAD, makeSupervision } from '../../../fakes/supervision.js';
import { moduleUrl } from '../../run-module.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { waitUntil } from '../../wait-until.js';

/** A test waits for what a supervisor does, not for its patience. */
export const QUICK_TIMING = { driverEveryMs: 50, queueEveryMs: 50, servicesEveryMs: 50, pauseTimes: 0.05 };

/** A target and a project with runs whose drivers are shell scripts; supervisors and drivers end with each test. */
export function makeSupervisedPlace() {
  const root = temporaryFolder();
  const { target, project } = makeUpTarget(root);
  const submitted: string[] = [];
  const supervisors: ChildProcess[] = [];
  const watching: AbortController[] = [];

  afterEach(async () => {
    for (const controller of watching.splice(0)) controller.abort();
    for (const supervisor of supervisors.splice(0)) supervisor.kill('SIGKILL');
    await Promise.all(submitted.splice(0).map((run) => target.drivers.signal(run, 'SIGKILL')));
  });

  const seen = async (run: string) => (await readSupervision(project, run)) as Supervision;
  const read = (run: string, file: string) => target.data.read(`runs/${run}/${file}`);
  const put = (run: string, file: string, text = '') => target.data.put(`runs/${run}/${file}`, text);
  /** How many drivers the run has had. */
  const starts = async (run: string) => ((await read(run, 'starts')) ?? '').split('\n').length - 1;
  const isRunning = async (run: string) => (await target.drivers.find(run)).state === 'running';

  /** What `submit` leaves for the supervisor; in the driver's script `$0` is the run's folder. */
  async function submit(run: string, script: string, some: Partial<RunRecord & Supervision> = {}): Promise<void> {
    submitted.push(run);
    const { phase = 'launching', attempts = [], countedFrom = 0, ...record } = some;
    const folder = target.data.pathForJobs(`runs/${run}`);
    const command = ['/bin/sh', '-c', `echo "$$" >>"$0/starts"; ${script}`, folder];
    await writeRun(project, makeRunRecord({ run, restarts: 5, command, ...record }));
    await writeSupervision(project, run, makeSupervision({ supervisor: DEAD, phase, attempts, countedFrom }));
  }

  /** Looks after the run in this process; `end` gives the supervision that was written last, or the error. */
  function supervise(run: string, some: Partial<SuperviseOptions> = {}) {
    const controller = new AbortController();
    watching.push(controller);
    const { signal } = controller;
    const options = { target, project, run, signal, missing: async () => undefined, timing: QUICK_TIMING, ...some };
    const end = superviseRun(options).then(
      () => seen(run),
      (error) => error,
    );
    return { end, abort: () => controller.abort() };
  }

  /** Looks after the run in a process of its own, which can be killed. */
  async function superviseElsewhere(run: string): Promise<ChildProcess> {
    const fakes = pathToFileURL(packagePath('dist', 'tests', 'fakes', 'folder-target.js')).href;
    const script = `
      import { superviseRun } from ${JSON.stringify(moduleUrl('runs', 'supervise', 'supervise.js'))};
      import { makeUpTarget } from ${JSON.stringify(fakes)};
      const place = makeUpTarget(${JSON.stringify(root)});
      const signal = new AbortController().signal;
      await superviseRun({ ...place, run: ${JSON.stringify(run)}, signal, missing: async () => undefined });`;
    const stdio: ['ignore', 'ignore', 'inherit'] = ['ignore', 'ignore', 'inherit'];
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio });
    supervisors.push(child);
    await waitUntil(async () => (await seen(run)).supervisor.pid === child.pid);
    return child;
  }

  /** Waits until the run's driver, the first or a later one, is alive. */
  const started = (run: string, times = 1) =>
    waitUntil(async () => (await isRunning(run)) && (await starts(run)) === times);

  return { root, target, project, submit, supervise, superviseElsewhere, seen, read, put, starts, isRunning, started };
}
