import { readFile } from 'node:fs/promises';
import { LOCAL_FILES_JAR } from '../../../src/provision/local-files-jar.js';
import { settingsForLocalFiles } from '../../../src/spark/local-files.js';

const STREAMING = 'org.apache.spark.sql.execution.streaming';

const classFor = (version: string) => settingsForLocalFiles(version)['spark.sql.streaming.checkpointFileManagerClass'];

describe("Spark's class for checkpoint files", () => {
  test.each([
    ['3.5.7', `${STREAMING}.FileSystemBasedCheckpointFileManager`],
    ['4.0.1', `${STREAMING}.FileSystemBasedCheckpointFileManager`],
    ['4.1.0', `${STREAMING}.checkpointing.FileSystemBasedCheckpointFileManager`],
    ['4.2.0', `${STREAMING}.checkpointing.FileSystemBasedCheckpointFileManager`],
    // A query does not start if Spark has no such class.
    ['4.3.0', undefined],
    ['4.20.0', undefined],
    ['5.0.0', undefined],
  ])('of version %s is %s', (version, name) => {
    expect(classFor(version)).toBe(name);
    expect(Object.keys(settingsForLocalFiles(version))).toHaveLength(name === undefined ? 0 : 2);
  });

  test('is in the archive of classes of the pinned version', async () => {
    const { spark } = JSON.parse(await readFile('src/provision/artifacts.lock.json', 'utf8')) as { spark: string };
    const script = await readFile('templates/load_classes.py', 'utf8');
    const [, streaming] = script.match(/^STREAMING = "(\S+)"$/m) ?? [];
    const [, name] = script.match(/^CHECKPOINT_FILES = f"\{STREAMING\}\.(\S+)"$/m) ?? [];
    expect(`${streaming}.${name}`).toBe(classFor(spark));
  });
});

describe('the jar with the local file system', () => {
  test('is made from the source beside it', async () => {
    const jar = await readFile(LOCAL_FILES_JAR);
    const source = await readFile(LOCAL_FILES_JAR.replace('local-files.jar', 'LocalFiles.java'));
    expect(jar.includes(source)).toBe(true);
  });

  test('has the class that Hadoop is told to take', async () => {
    const name = settingsForLocalFiles('4.2.0')['spark.hadoop.fs.file.impl']?.replaceAll('.', '/');
    expect((await readFile(LOCAL_FILES_JAR)).includes(`${name}.class`)).toBe(true);
  });
});
