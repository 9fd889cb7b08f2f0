import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { packagePath } from '../../../src/project/package-files.js';
import { findProject } from '../../../src/project/project-folder.js';
import { writeRun } from '../../../src/runs/record/run-record.js';
import { makeRunRecord } from '../../fakes/run-record.js';
import { temporaryFolder } from '../temporary-folder.js';

const root = temporaryFolder();
const env = { PATH: [root, process.env.PATH].join(delimiter), MILLRACE_PROJECT: root, HOME: root };

beforeAll(async () => {
  symlinkSync(packagePath('bin', 'cli'), join(root, 'millrace'));
  mkdirSync(join(root, 'jobs'));
  for (const name of ['my-job.yaml', 'my $(touch evil) job.yaml', 'no-job.txt'])
    writeFileSync(join(root, 'jobs', name), '');
  const project = findProject(root, root);
  await writeRun(project, makeRunRecord({ run: 'cars-1' }));
  await writeRun(project, makeRunRecord({ run: 'news-7', target: 'docker' }));
});

const complete = (...words: string[]) =>
  execFileSync('millrace', ['__complete', '--', ...words], { env, cwd: root, encoding: 'utf8' })
    .split('\n')
    .slice(0, -1);

describe('millrace __complete', () => {
  test.each([
    [['clus'], ['cluster']],
    [['clusters', 'st'], ['status']],
    [
      ['--project', root, 'runs', 's'],
      ['show', 'stop'],
    ],
    [['submit', 'm'], ['my-job']],
    [['job', 'show', 'windowed-n'], ['windowed-news']],
    [['runs', 'stop', ''], expect.arrayContaining(['cars', 'cars-1', 'news', 'news-7'])],
    [
      ['--target', 'docker', 'runs', 'stop', ''],
      ['news', 'news-7'],
    ],
    [['runs', 'repair', 'c'], ['cars']],
    [['runs', 'restart', '--a'], ['--all']],
    [['cluster', 'up', '--res'], ['--resume-runs']],
    [['runs', 'stop', 'cars-1', '--j'], ['--json']],
    [['submit', 'windowed-news', '--set', 'wi'], ['window=']],
    [['submit', 'windowed-news', '--dry-run', '--tr'], ['--trigger']],
    [['submit', 'windowed-news', '--name', 'c'], ['cars']],
    [['--target', '=', 'lo'], ['local']],
    [['cluster', 'up', '--w'], ['--workers']],
    [['completion', 'f'], ['fish']],
    [['seed', 'cars', ''], []],
    [['topic', 'tail', ''], []],
    [['submit', 'no-such-job', '--set', ''], []],
    [['--project', '/dev/null', 'runs', 'stop', ''], []],
    [['_'], []],
  ])('after %p comes %p', (words, candidates) => {
    expect(complete(...words)).toEqual(candidates);
  });

  test('the name of a file that a shell would run is left out', () => {
    expect(complete('submit', '')).toEqual([
      'brand-pulse',
      'my-job',
      'train-car-price',
      'windowed-cars',
      'windowed-news',
    ]);
  });
});

test('bash completes with it, even where millrace.yaml is broken', () => {
  writeFileSync(join(root, 'millrace.yaml'), 'ports: [');
  const typed = `COMP_WORDS=(millrace runs stop c); COMP_CWORD=3; _millrace millrace; printf "%s " "\${COMPREPLY[@]}"`;
  const line = `source <(millrace completion bash); ${typed}`;
  expect(execFileSync('bash', ['--norc', '-c', line], { env, cwd: root, encoding: 'utf8' })).toBe('cars cars-1 ');
});
