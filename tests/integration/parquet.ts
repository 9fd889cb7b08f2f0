import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';

/** The rows of all files in an output folder: what any reader of parquet finds there. */
export async function readParquetFolder<T>(folder: string): Promise<T[]> {
  const names = (await readdir(folder).catch((): string[] => [])).filter((name) => name.endsWith('.parquet'));
  const rows = names.map(async (name) => parquetReadObjects({ file: await asyncBufferFromFile(join(folder, name)) }));
  return (await Promise.all(rows)).flat() as T[];
}
