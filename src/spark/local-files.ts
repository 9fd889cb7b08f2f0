const STREAMING = 'org.apache.spark.sql.execution.streaming';

/** Where each Spark has the class, as seen in the jars of 3.5.7, 4.0.1, 4.1.0 and 4.2.0. */
const PACKAGES: Readonly<Record<string, string>> = {
  '3.5': STREAMING,
  '4.0': STREAMING,
  '4.1': `${STREAMING}.checkpointing`,
  '4.2': `${STREAMING}.checkpointing`,
};

/**
 * The settings by which Spark writes files, such as those of a checkpoint, without starting a program for each; none for a Spark
 * whose classes are not known. Only for checkpoints in local folders that have one writer, with `millrace.LocalFiles` on the class
 * path: see docs/architecture.md, Checkpoint files without programs.
 */
export function settingsForLocalFiles(sparkVersion: string): Readonly<Record<string, string>> {
  const folder = PACKAGES[sparkVersion.split('.').slice(0, 2).join('.')];
  if (folder === undefined) return {};
  return {
    'spark.sql.streaming.checkpointFileManagerClass': `${folder}.FileSystemBasedCheckpointFileManager`,
    'spark.hadoop.fs.file.impl': 'millrace.LocalFiles',
  };
}
