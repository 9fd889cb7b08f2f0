import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProject } from '../../../../src/project/project-folder.js';
import {
  forgetRuns,
  readRun,
  readRuns,
  reserveRun,
  runFile,
  writeRun,
} from '../../../../src/runs/record/run-record.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';

const root = temporaryFolder();
let count = 0;
const newProject = () => findProject(root, `project-${++count}`);

describe('reserveRun', () => {
  test('numbers the runs of each name by themselves', async () => {
    const project = newProject();
    const runs: string[] = [];
    for (const name of ['cars', 'cars', 'news', 'cars-2', 'cars']) runs.push(await reserveRun(project, name, []));
    expect(runs).toEqual(['cars-1', 'cars-2', 'news-1', 'cars-2-1', 'cars-3']);
  });

  test('goes on after the highest number, not the last in the alphabet', async () => {
    const project = newProject();
    for (const run of ['cars-9', 'cars-10', 'cars-x', 'cars'])
      mkdirSync(runFile(project, run, ''), { recursive: true });
    expect(await reserveRun(project, 'cars', [])).toBe('cars-11');
  });

  test('gives each of many at once a number of its own', async () => {
    const project = newProject();
    const runs = await Promise.all(Array.from({ length: 25 }, () => reserveRun(project, 'cars', [])));
    expect([...runs].sort()).toEqual(Array.from({ length: 25 }, (_, index) => `cars-${index + 1}`).sort());
  });
});

describe('reserveRun on a target that holds more', () => {
  test('never takes an id with files on the target, since they would be taken for those of the new run', async () => {
    expect(await reserveRun(newProject(), 'cars', ['cars-1', 'cars-7', 'news-9', 'cars-x'])).toBe('cars-8');
  });
});

describe('readRun', () => {
  test('gives what was written', async () => {
    const project = newProject();
    const record = makeRunRecord({ run: 'cars-1' });
    await writeRun(project, record);
    expect(await readRun(project, 'local', 'cars-1')).toEqual(record);
  });

  test('names the target of a run that was submitted to another one', async () => {
    const project = newProject();
    await writeRun(project, makeRunRecord({ run: 'cars-1', target: 'docker' }));
    expect(await failureOf(readRun(project, 'local', 'cars-1'))).toMatchObject({
      code: 'RUN_ELSEWHERE',
      hint: 'Add `--target docker`.',
    });
  });

  test.each(['cars-2', '', '..', '../runs/cars-1', 'a/b'])('says that there is no run %p', async (run) => {
    const project = newProject();
    await writeRun(project, makeRunRecord({ run: 'cars-1' }));
    expect(await failureOf(readRun(project, 'local', run))).toMatchObject({
      code: 'RUN_MISSING',
      exitCode: 2,
      message: `There is no run \`${run}\` in this project`,
    });
  });
});

describe('forgetRuns', () => {
  test('deletes those of one target, and leaves the others', async () => {
    const project = newProject();
    await writeRun(project, makeRunRecord({ run: 'here-1' }));
    await writeRun(project, makeRunRecord({ run: 'there-1', target: 'docker' }));
    await forgetRuns(project, 'local');
    expect(await readRuns(project, 'local')).toEqual([]);
    expect((await readRuns(project, 'docker')).map(({ run }) => run)).toEqual(['there-1']);
  });
});

describe('readRuns', () => {
  test('gives the newest first and leaves out folders that are no runs', async () => {
    const project = newProject();
    expect(await readRuns(project, 'local')).toEqual([]);
    for (const [run, hour] of [
      ['a-1', '08'],
      ['b-1', '10'],
      ['a-2', '09'],
    ] as const) {
      await writeRun(project, makeRunRecord({ run, submittedAt: `2026-11-24T${hour}:00:00.000Z` }));
    }
    await writeRun(project, makeRunRecord({ run: 'there-1', target: 'docker' }));
    mkdirSync(runFile(project, 'reserved-1', ''));
    writeFileSync(join(project.state, 'runs', 'stray'), '');
    expect((await readRuns(project, 'local')).map(({ run }) => run)).toEqual(['b-1', 'a-2', 'a-1']);
  });
});

describe('readRuns beside what is no record of today', () => {
  const write = (project: ReturnType<typeof newProject>, run: string, text: string) => {
    mkdirSync(runFile(project, run, ''), { recursive: true });
    writeFileSync(runFile(project, run, 'run.json'), text);
  };

  test.each(['', 'null', '{}', '[]', '7', '{"run": "cars-2", "na'])('passes over a file with %p', async (text) => {
    const project = newProject();
    await writeRun(project, makeRunRecord({ run: 'cars-1' }));
    write(project, 'cars-2', text);
    expect((await readRuns(project, 'local')).map(({ run }) => run)).toEqual(['cars-1']);
  });

  test('fills in fields that records of older versions do not have', async () => {
    const project = newProject();
    const { script, resources, restarts, addresses, environment, ...older } = makeRunRecord({ run: 'cars-1' });
    write(project, 'cars-1', JSON.stringify(older));
    expect(await readRun(project, 'local', 'cars-1')).toMatchObject({
      ...{ ...older, script: null, restarts: 0, environment: {} },
      ...{ resources: { cores: 1 }, addresses: { master: 'an unknown master' } },
    });
  });
});
