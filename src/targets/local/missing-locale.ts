import type { Environment } from '../../project/config.js';
import { UTF_8, variablesOf } from '../clean-environment.js';
import { runCommand } from '../run-command.js';
import { ProgramMissingError } from '../target-errors.js';

/**
 * The variables that a shell must set so that Java can open paths with accents; none where it uses UTF-8 already, so that it keeps
 * its language and sorting. It must be the shell: a notebook starts Java from its own environment and calls no function or script
 * of millrace, and Spark does not find its file for such settings, spark-env.sh, in a folder with a blank in its name.
 */
export async function missingLocale(env: Environment): Promise<Record<string, string>> {
  return /^utf-?8$/i.test(await charmap(env)) ? {} : UTF_8;
}

/** The encoding that the system really uses: where a locale is named but not installed, Java falls back to the C locale. */
async function charmap(env: Environment): Promise<string> {
  try {
    return (await runCommand('locale', ['charmap'], { env: variablesOf(env) })).stdout.trim();
  } catch (error) {
    if (error instanceof ProgramMissingError) return ''; // such as with musl, which always has C.UTF-8
    throw error;
  }
}
