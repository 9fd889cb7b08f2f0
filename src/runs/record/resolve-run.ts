import { UsageError } from '../../errors.js';
import { closest } from '../../project/closest.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { runErrors } from './run-errors.js';
import { type RunRecord, readAllRuns } from './run-record.js';

const MOST_LISTED = 5;

/**
 * The run on this target that a word names: the run with this id, else the newest run with this name, else the only run whose
 * id begins with the word. Without a word it is the newest run.
 * @throws RUN_MISSING, RUN_ELSEWHERE, UsageError if several ids begin with the word
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

/** The names and ids by which runs can be called, the newest first. */
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
  throw new UsageError(`\`${word}\` may be any of ${ids.join(', ')}${others}`, 'Write more of the id.');
}
