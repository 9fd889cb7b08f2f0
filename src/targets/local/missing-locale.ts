import type { Environment } from '../../project/config.js';
import { inherited, UTF_8 } from '../clean-environment.js';
import { runCommand } from '../run-command.js';
import { ProgramMissingError } from '../target-errors.js';

/**
 * What a shell has to set so that Java opens its paths: nothing where it speaks UTF-8, so that a shell keeps its language and
 * its sorting. The shell itself has to: a notebook starts Java from its own environment, past any function or script of ours,
 * and Spark's own file for such settings, spark-env.sh, is not found in a folder whose name has a blank in it.
 */
export async function missingLocale(env: Environment): Promise<Record<string, string>> {
  return /^utf-?8$/i.test(await charmap(env)) ? {} : UTF_8;
}

/** As the system tells it, not as it is called: a locale that is not installed is the C locale to Java. */
async function charmap(env: Environment): Promise<string> {
  try {
    return (await runCommand('locale', ['charmap'], { env: inherited(env) })).stdout.trim();
  } catch (error) {
    if (error instanceof ProgramMissingError) return ''; // as with musl, where C.UTF-8 is always there
    throw error;
  }
}
