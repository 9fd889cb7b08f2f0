// What the checkpoints of a side's queries tell.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Micro-batches of all queries, by the number of the newest one: Spark keeps a file for each of the last hundred. */
export function batchesOf({ checkpoints }) {
  const newest = (folder) => Math.max(-1, ...readdirSync(join(folder, 'commits')).map(Number).filter(Number.isInteger));
  const queries = checkpoints().filter((folder) => existsSync(join(folder, 'commits')));
  return queries.reduce((sum, folder) => sum + newest(folder) + 1, 0);
}
