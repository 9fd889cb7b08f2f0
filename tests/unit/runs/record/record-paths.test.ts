import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProject } from '../../../../src/project/project-folder.js';
import { readRun, runFile, writeRun } from '../../../../src/runs/record/run-record.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { temporaryFolder } from '../../temporary-folder.js';

const parent = temporaryFolder();

function recordIn(root: string) {
  return makeRunRecord({
    run: 'mine-1',
    script: `${root}/jobs/mine.py`,
    command: [
      `${root}/cache/spark-submit`,
      '--properties-file',
      `${root}/.millrace/services/spark/spark.conf`,
      '--jars',
      `local:${root}/jars/a.jar,local:/cache/b.jar`,
      '--conf',
      `spark.executorEnv.PYTHONPATH=${root}/.millrace/src/mine-1-files`,
      'mine-1.py',
      `file://${root}`,
      `${root}-2/other`,
      `/data${root}/other`,
    ],
    environment: { MILLRACE_RUN_FOLDER: `${root}/.millrace/data/runs/mine-1` },
  });
}

describe('the record of a run', () => {
  test.each(['a project', 'p$&(x)+, žluť'])(
    'of %j holds no path of it, and gives those of wherever it lies',
    async (name) => {
      const [root, copy] = [join(parent, name), join(parent, `elsewhere ${name}`)];
      const project = findProject(root, root);
      await writeRun(project, recordIn(root));
      const text = readFileSync(runFile(project, 'mine-1', 'run.json'), 'utf8');
      expect(text.replaceAll(`${root}-2/`, '').replaceAll(`/data${root}/`, '')).not.toContain(root);
      expect(await readRun(project, 'local', 'mine-1')).toEqual(recordIn(root));

      cpSync(root, copy, { recursive: true });
      const { command, environment, script } = await readRun(findProject(copy, copy), 'local', 'mine-1');
      const expected = recordIn(copy);
      expect({ environment, script }).toEqual({ environment: expected.environment, script: expected.script });
      expect(command).toEqual([...expected.command.slice(0, -2), ...recordIn(root).command.slice(-2)]);
    },
  );

  test('keeps what looks like its placeholder', async () => {
    const root = join(parent, 'literal');
    const project = findProject(root, root);
    const record = { ...recordIn(root), command: ['x', '{project}/a', `${root}/b`, '{project-2}'] };
    await writeRun(project, record);
    expect(await readRun(project, 'local', 'mine-1')).toEqual(record);
  });

  test('of an earlier version, which is absolute, is read with the folder of today', async () => {
    const [before, root] = ['/home/ada/before', join(parent, 'today')];
    const project = findProject(root, root);
    await writeRun(project, recordIn(before));
    const file = runFile(project, 'mine-1', 'run.json');
    writeFileSync(file, JSON.stringify(recordIn(before)));
    const { command, environment, script } = await readRun(project, 'local', 'mine-1');
    expect(command.slice(0, -2)).toEqual(recordIn(root).command.slice(0, -2));
    expect([environment, script]).toEqual([recordIn(root).environment, recordIn(root).script]);
  });
});
