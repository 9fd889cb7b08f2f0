import { createInterface } from 'node:readline/promises';
import { UsageError } from '../errors.js';

/**
 * Asks before something is deleted. `--yes` answers; without a terminal and without it this is an error, never a hang.
 * @throws UsageError when the answer is no, or nobody can answer
 */
export async function confirm(question: string, isYes: boolean): Promise<void> {
  if (isYes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(`${question} Nobody is there to answer`, 'Add `--yes` to say so beforehand.');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`  ${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('Nothing was deleted', 'Answer y to go on.');
  } finally {
    terminal.close();
  }
}
