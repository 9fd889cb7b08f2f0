import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../../../src/project/package-files.js';
import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import { renderOnly } from '../../../../src/runs/submit/render-only.js';
import { showPlan } from '../../../../src/runs/submit/show-plan.js';
import { makeUpTarget } from '../../../fakes/folder-target.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';

const root = temporaryFolder();
const { target, project } = makeUpTarget(root);
const stopping = new AbortController();
const context = {
  ...{ target, project, jobs: { folders: [packagePath()] } },
  ...{ report: new RecordingReporter(), signal: stopping.signal },
};
/** As `render --explain` does it. */
const planOf = async (job: string, on = context) => showPlan(on, await renderOnly(on, { job, settings: [] }));

/** A `spark-submit` that does what the shell lines say, with the arguments of the script at the end of its own. */
function submitBy(lines: string): void {
  const sparkSubmit = join(root, 'spark-submit');
  writeFileSync(sparkSubmit, `#!/bin/sh\nfor file; do :; done\n${lines}\n`, { mode: 0o755 });
  const { submitClient } = target.drivers;
  target.drivers.submitClient = async () => ({ ...(await submitClient.call(target.drivers)), sparkSubmit });
}

describe('showPlan', () => {
  test('gives what Spark wrote, and leaves no folder of a run', async () => {
    submitBy('echo "== Physical Plan ==" >"$file"');
    expect(await planOf('windowed-cars')).toBe('== Physical Plan ==');
    expect(await target.data.list('runs')).toEqual([]);
    expect(await target.src.list('.')).toEqual(expect.arrayContaining(['show_plan.py', 'windowed-cars-preview.py']));
  });

  test('says why there is none: the last that Spark or Python said', async () => {
    submitBy(
      'echo "Traceback"; echo "  File x"; echo "NameError: no"; echo "26/12/01 INFO ShutdownHookManager: bye"; exit 1',
    );
    expect(await failureOf(planOf('windowed-cars'))).toMatchObject({
      code: 'NOT_PLANNED',
      exitCode: 6,
      message: 'Spark made no plan of windowed-cars: NameError: no',
    });
    expect(await target.data.list('runs')).toEqual([]);
  });

  test('is for streams', async () => {
    for (const folder of ['jobs', 'templates']) mkdirSync(join(root, folder));
    writeFileSync(join(root, 'templates', 'one.py.hbs'), 'APP_NAME = {{py appName}}\n');
    const job = 'description: one\nkind: batch\ntemplate: one.py.hbs\nreads: []\nwrites: []\n';
    writeFileSync(join(root, 'jobs', 'one.yaml'), job);
    const mine = { ...context, jobs: { folders: [root] } };
    expect(await failureOf(planOf('one', mine))).toMatchObject({
      code: 'USAGE',
      message: 'The job one is no stream',
    });
  });

  test('ends its driver at Ctrl-C', async () => {
    submitBy('exec sleep 60');
    const planning = failureOf(planOf('windowed-cars'));
    setTimeout(() => stopping.abort(new Error('interrupted')), 1_000);
    expect(await planning).toMatchObject({ message: 'interrupted' });
    expect(await target.data.list('runs')).toEqual([]);
  });
});
