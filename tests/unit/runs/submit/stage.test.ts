import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagePath } from '../../../../src/project/package-files.js';
import { planSubmit } from '../../../../src/runs/plan/plan-submit.js';
import { submitLine } from '../../../../src/runs/submit/stage.js';

const client = {
  ...{ sparkSubmit: 'spark-submit', python: 'python3', propertiesFile: 'spark.conf', connectorJars: ['local:/k.jar'] },
  ...{ sparkVersion: '4.2.0', scalaVersion: '2.13', environment: {} },
};
const MANAGER = 'spark.sql.streaming.checkpointFileManagerClass';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-stage-'));
  await writeFile(join(folder, 'mine.py'), 'print(1)\n');
});
afterAll(() => rm(folder, { recursive: true }));

async function lineOf(job: string, more: object): Promise<string> {
  const plan = await planSubmit({ folders: [packagePath()] }, { job, settings: [] });
  const line = { run: 'x-1', script: 'x-1.py', environment: {}, schedulerArguments: [] };
  return submitLine(plan, {}, { ...line, client: { ...client, ...more } }).join('\n');
}

describe('the submit line', () => {
  test('of a job writes local files without programs, where the target has the jar and Spark is known', async () => {
    const line = await lineOf('windowed-cars', { localFilesJar: '/own/files.jar' });
    expect(line).toContain(`${MANAGER}=org.apache.spark.sql.execution.streaming.checkpointing.FileSystemBased`);
    expect(line).toContain('spark.hadoop.fs.file.impl=millrace.LocalFiles');
    expect(line).toContain('spark.executor.extraClassPath=/own/files.jar');
    for (const more of [{}, { localFilesJar: '/own/files.jar', sparkVersion: '4.9.0' }]) {
      const plain = await lineOf('windowed-cars', more);
      expect(plain).not.toContain(MANAGER);
      expect(plain).not.toContain('fs.file.impl');
    }
  });

  test("of a user's script leaves files to Spark's own choice", async () => {
    const line = await lineOf(join(folder, 'mine.py'), { localFilesJar: '/own/files.jar' });
    expect(line).not.toContain(MANAGER);
    expect(line).not.toContain('fs.file.impl');
  });
});
