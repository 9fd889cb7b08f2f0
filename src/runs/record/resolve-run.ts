import { UsageError } from '../../errors.js';
import { closest } from '../../project/closest.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { runErrors } from './run-errors.js';
import { type RunRecord, readAllRuns } from './run-record.js';

const MOST_LISTED = 5;

/**
 * The run on this target that a word means: its id, else a name's newest run, else the only id that begins so; without a
 * word the newest run.
 * @throws RUN_MISSING, RUN_ELSEWHERE, UsageError for the beginning of several ids
 */
export async function resolveRun(project: ProjectFolder, target: string, word?: string): Promise<RunRecord> {
  const all = await readAllRuns(project);
  const here = all.filter((record) => record.target === target);
  const found = findRun(here, word);
  if (found) return found;
  const elsewhere = word === undefined ? all[0] : findRun(all, word);
  if (elsewhere) throw runErrors.RUN_ELSEWHERE({ run: elsewhere.run, target: elsewhere.target });
  throw runErrors.RUN_MISSING({ run: word ?? null, close: closest(word ?? '', wordsFor(here)) });
}

/** What a run can be called by, the newest first. */
export function wordsFor(runs: readonly RunRecord[]): string[] {
  return [...new Set([...runs.map(({ name }) => name), ...runs.map(({ run }) => run)])];
}

function findRun(runs: readonly RunRecord[], word: string | undefined): RunRecord | undefined {
  if (word === undefined) return runs[0];
  const exact = runs.find(({ run }) => run === word) ?? runs.find(({ name }) => name === word);
  return (
    exact ??
    onlyOne(
      runs.filter(({ run }) => word !== '' && run.startsWith(word)),
      word,
    )
  );
}

function onlyOne(runs: readonly RunRecord[], word: string): RunRecord | undefined {
  if (runs.length < 2) return runs[0];
  const ids = runs.slice(0, MOST_LISTED).map(({ run }) => run);
  const others = runs.length > MOST_LISTED ? ` and ${runs.length - MOST_LISTED} older ones` : '';
  throw new UsageError(`\`${word}\` may be any of ${ids.join(', ')}${others}`, 'Write more of it.');
}
