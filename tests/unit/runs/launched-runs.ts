import { writeRun } from '../../../src/runs/record/run-record.js';
import { readRunStatus } from '../../../src/runs/state/run-state.js';
import { makeFolderTarget } from '../../fakes/folder-target.js';
import { makeRunRecord } from '../../fakes/run-record.js';
import { temporaryFolder } from '../temporary-folder.js';
import { waitUntil } from '../wait-until.js';

export const ENDS_AT_MARKER = 'while [ ! -e "$0/stop" ]; do sleep 0.05; done; echo finished the batch';

/** A project whose drivers are shell scripts, which are killed after each test. */
export function makeLaunchedRuns() {
  const { target, project } = makeFolderTarget(temporaryFolder());
  const launched: string[] = [];
  afterEach(async () => {
    await Promise.all(launched.splice(0).map((run) => target.drivers.signal(run, 'SIGKILL')));
  });

  /** `$0` of the script is the run's folder. */
  async function launch(run: string, script: string, kind: 'streaming' | 'batch' = 'streaming'): Promise<void> {
    launched.push(run);
    await writeRun(project, makeRunRecord({ run, kind }));
    await target.drivers.launch(run, ['/bin/sh', '-c', script, target.data.pathForJobs(`runs/${run}`)], {});
  }

  const tellOf = (run: string, settled = true) =>
    target.data.put(`runs/${run}/application.json`, JSON.stringify({ id: 'app-1', ui: null, settled }));
  const status = (run: string) => readRunStatus(target, project, run);
  const ended = (run: string) =>
    waitUntil(async () => !['starting', 'running', 'stopping'].includes((await status(run)).state));
  return { target, project, launch, tellOf, status, ended };
}
