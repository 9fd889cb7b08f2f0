const STREAMING = 'org.apache.spark.sql.execution.streaming';

/** Where each Spark has the class, as seen in the jars of 3.5.7, 4.0.1, 4.1.0 and 4.2.0. */
const PACKAGES: Readonly<Record<string, string>> = {
  '3.5': STREAMING,
  '4.0': STREAMING,
  '4.1': `${STREAMING}.checkpointing`,
  '4.2': `${STREAMING}.checkpointing`,
};

/**
 * Spark's class that writes checkpoint files without starting a program for each rename; undefined for a Spark of which it is not
 * known. Only for checkpoints in local folders that have one writer: see docs/architecture.md, Checkpoint files without programs.
 */
export function localCheckpointFiles(sparkVersion: string): string | undefined {
  const folder = PACKAGES[sparkVersion.split('.').slice(0, 2).join('.')];
  return folder && `${folder}.FileSystemBasedCheckpointFileManager`;
}
