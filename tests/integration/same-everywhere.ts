import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testTarget } from './shared-cluster/project.js';

/**
 * What must come out the same on every target: kept for the targets that are tested later in the same run, and compared
 * with what those before have given. A single target tested alone has nothing to compare with.
 */
export async function expectSameEverywhere(what: string, result: object): Promise<void> {
  const folder = process.env.MILLRACE_TEST_RESULTS;
  if (folder === undefined) return;
  await mkdir(join(folder, what), { recursive: true });
  for (const target of await readdir(join(folder, what))) {
    const other = JSON.parse(await readFile(join(folder, what, target), 'utf8'));
    expect({ target, result: other }).toEqual({ target, result: JSON.parse(JSON.stringify(result)) });
  }
  await writeFile(join(folder, what, testTarget()), JSON.stringify(result));
}
