import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';

/** The rows that Spark's file sink has committed: only files that its `_spark_metadata` log names count. */
export async function readCommittedParquet<T>(folder: string): Promise<T[]> {
  const log = join(folder, '_spark_metadata');
  const names = new Set<string>();
  for (const entry of (await readdir(log)).filter((name) => /^\d+(\.compact)?$/.test(name))) {
    const lines = (await readFile(join(log, entry), 'utf8')).split('\n').slice(1).filter(Boolean);
    for (const line of lines)
      names.add(decodeURIComponent((JSON.parse(line) as { path: string }).path.split('/').at(-1) ?? ''));
  }
  const rows = [...names].map(async (name) =>
    parquetReadObjects({ file: await asyncBufferFromFile(join(folder, name)) }),
  );
  return (await Promise.all(rows)).flat() as T[];
}
