import { statSync } from 'node:fs';
import { packagePath } from '../../../../src/project/package-files.js';
import { planJob } from '../../../../src/runs/plan/plan-job.js';
import type { OwnScript, RunPlan } from '../../../../src/runs/plan/run-plan.js';
import { parquetEverySeconds, placeScript, scriptEnvironment } from '../../../../src/runs/submit/place-script.js';
import { makeUpTarget } from '../../../fakes/folder-target.js';
import { temporaryFolder } from '../../temporary-folder.js';

const { target } = makeUpTarget(temporaryFolder());
const { src, data } = target;
const kafka = { ...target.plannedKafka(), jobBootstrapServers: 'broker:29092' };
const place = (run: string) => ({ run, generation: 1, kafka, toleratesLoss: false });
const isExecutable = (path: string) => (statSync(src.pathForJobs(path)).mode & 0o111) !== 0;

const ownScript = (modules: OwnScript['files']): OwnScript => ({
  name: 'mine',
  path: '/home/me/mine.py',
  kind: 'streaming',
  files: [{ path: 'mine.py', text: 'import helpers\n' }, ...modules],
});

let jobPlan: RunPlan;
beforeAll(async () => {
  jobPlan = await planJob({ folders: [packagePath()] }, { job: 'windowed-cars', settings: [] });
});

test("a user's script gets the run's name and its modules a folder of its own, beside the wrapper", async () => {
  const modules = [
    { path: 'helpers.py', text: 'A = 1\n' },
    { path: 'shop/prices.py', text: 'B = 2\n' },
  ];
  const plan = { ...jobPlan, script: ownScript(modules) };
  await src.remove('run-driver.sh');
  expect(await placeScript(target, plan, place('mine-1'))).toEqual({ script: 'mine-1.py', text: 'import helpers\n' });
  expect(await src.read('mine-1.py')).toBe('import helpers\n');
  expect(await src.read('mine-1-files/helpers.py')).toBe('A = 1\n');
  expect(await src.read('mine-1-files/shop/prices.py')).toBe('B = 2\n');
  expect(isExecutable('run-driver.sh')).toBe(true);
  expect(await src.read('millrace_job.py')).toBeUndefined();
});

test('a job gets its rendered script with the modules that it imports', async () => {
  const { script, text } = await placeScript(target, jobPlan, place('windowed-cars-1'));
  expect(script).toBe('windowed-cars-1.py');
  expect(await src.read(script)).toBe(text);
  expect(text).toContain('BOOTSTRAP_SERVERS = "broker:29092"');
  expect(await src.read('millrace_job.py')).toContain('def run_until_stopped(');
  expect(await src.read('millrace_outputs.py')).toContain('class FinalResults');
  expect(await src.read('millrace_records.py')).toContain('class Shape');
  expect(isExecutable('run-driver.sh')).toBe(true);
});

test.each([
  ['10 minutes', 60],
  ['2 hours', 300],
  ['1 minute', 10],
  ['0 seconds', 10],
  ['1 week', 10],
  [null, 10],
  [{ cars: '20 minutes', news: '2 hours' }, 120],
  [{ cars: null, news: '2 hours' }, 10],
])('parquet is written after a tenth of the delay, 10 s to 5 min: %j, %d', (watermark, expected) => {
  expect(parquetEverySeconds(watermark)).toBe(expected);
});

test('latest is the end of each topic at the submit, for a checkpoint that begins', async () => {
  const plan = await planJob(
    { folders: [packagePath()] },
    { job: 'windowed-cars', settings: ['startingOffsets=latest'] },
  );
  const topicEnds = { cars: { 0: 7, 1: 0 } };
  const { text } = await placeScript(target, plan, { ...place('windowed-cars-2'), topicEnds });
  expect(text).toContain(`STARTING_OFFSETS = "{\\"cars\\":{\\"0\\":7,\\"1\\":0}}"`);
  const planned = await placeScript(target, plan, place('windowed-cars-preview'));
  expect(planned.text).toContain('STARTING_OFFSETS = "latest"');
  const earliest = await placeScript(target, jobPlan, { ...place('windowed-cars-3'), topicEnds });
  expect(earliest.text).toContain('STARTING_OFFSETS = "earliest"');
});

describe('scriptEnvironment', () => {
  const told = { MILLRACE_BOOTSTRAP_SERVERS: 'broker:29092', MILLRACE_RUN_FOLDER: data.pathForJobs('runs/mine-1') };

  test.each<[string, OwnScript | null, Record<string, string>]>([
    ['tells a job nothing, whose script has it all', null, {}],
    ['tells a script where broker and run folder are', ownScript([]), told],
    [
      'and where its modules are, if it has any',
      ownScript([{ path: 'helpers.py', text: '' }]),
      { ...told, PYTHONPATH: src.pathForJobs('mine-1-files') },
    ],
  ])('%s', (_, script, environment) => {
    expect(scriptEnvironment(target, { ...jobPlan, script }, 'mine-1', kafka)).toEqual(environment);
  });
});
