import { createInterface } from 'node:readline';
import { InterruptedError, UsageError } from '../errors.js';

/**
 * Asks before something is deleted. `--yes` answers it; without `--yes` and without a terminal it is an error and never hangs.
 * @throws UsageError when the answer is no, or nobody can answer
 */
export async function confirm(question: string, isAnswered: boolean): Promise<void> {
  if (isAnswered) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(`${question} There is no terminal to answer on`, 'Add `--yes`, which answers it.');
  }
  const answer = await ask(`  ${question} [y/N] `, process.stdin, process.stderr);
  if (!isYes(answer)) throw nothingDeleted();
}

/** The answer to a question that may stay open; null without a terminal to answer on. */
export async function askYesOrNo(question: string): Promise<boolean | null> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  try {
    return isYes(await ask(`  ${question} [y/N] `, process.stdin, process.stderr));
  } catch (error) {
    if (error instanceof UsageError) return false; // Ctrl-D
    throw error;
  }
}

function isYes(answer: string): boolean {
  return /^y(es)?$/i.test(answer.trim());
}

function nothingDeleted(): UsageError {
  return new UsageError('Nothing was deleted', 'Answer y to go on.');
}

/**
 * One line from a terminal, by callback: `readline/promises` of Node 20 stays pending for ever when the input closes.
 * @throws InterruptedError for Ctrl-C, which a terminal in raw mode gives as a key; UsageError for Ctrl-D
 */
export async function ask(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<string> {
  const terminal = createInterface({ input, output, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      terminal.question(question, resolve);
      terminal.once('SIGINT', () => reject(new InterruptedError('SIGINT')));
      terminal.once('close', () => reject(nothingDeleted()));
    });
  } catch (error) {
    output.write('\n'); // the cursor is still behind the question
    throw error;
  } finally {
    terminal.close();
  }
}
