import { readFile } from 'node:fs/promises';
import { localCheckpointFiles } from '../../../src/spark/checkpoint-files.js';

const STREAMING = 'org.apache.spark.sql.execution.streaming';

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
    expect(localCheckpointFiles(version)).toBe(name);
  });

  test('is in the archive of classes of the pinned version', async () => {
    const { spark } = JSON.parse(await readFile('src/provision/artifacts.lock.json', 'utf8')) as { spark: string };
    const script = await readFile('templates/load_classes.py', 'utf8');
    const [, streaming] = script.match(/^STREAMING = "(\S+)"$/m) ?? [];
    const [, name] = script.match(/^CHECKPOINT_FILES = f"\{STREAMING\}\.(\S+)"$/m) ?? [];
    expect(`${streaming}.${name}`).toBe(localCheckpointFiles(spark));
  });
});
