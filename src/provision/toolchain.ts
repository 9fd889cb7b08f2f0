import { join } from 'node:path';
import type { MillraceError } from '../errors.js';
import { findOnPath } from './find-on-path.js';
import { type Java, type PythonProbe, probeJava, probePython } from './probe-toolchain.js';
import { provisionErrors } from './provision-errors.js';
import type { PlainEnvironment, RunCommand } from './run-command.js';

export interface Python {
  readonly binary: string;
  readonly version: string;
}

export interface FindOptions {
  readonly env: PlainEnvironment;
  /** What the user's configuration names: a Java home, a Python program. */
  readonly configured?: string | undefined;
  readonly run: RunCommand;
}

// Those that both Kafka 4.4 and Spark 4.2 run on.
const SUPPORTED_JAVA: readonly number[] = [17, 21, 25];
const OLDEST_PYTHON_MINOR = 10;
const PYTHON_NAMES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];

/**
 * The Java to run everything with: the configured home, else JAVA_HOME, else `java` on the PATH. Where a home is
 * named, no other Java is tried.
 * @throws JAVA_MISSING, JAVA_UNSUPPORTED
 */
export async function findJava({ env, configured, run }: FindOptions): Promise<Java> {
  const { path, named } = await locateJava(env, configured);
  const java = await probeJava({ path, env, run }).catch((cause: Error) => {
    throw provisionErrors.JAVA_MISSING({ reason: `${named} does not run (${cause.message})` }, { cause });
  });
  if (!SUPPORTED_JAVA.includes(java.major))
    throw provisionErrors.JAVA_UNSUPPORTED({ version: java.version, path: java.binary });
  return java;
}

async function locateJava(env: PlainEnvironment, configured?: string): Promise<{ path: string; named: string }> {
  const home = configured || env.JAVA_HOME;
  if (!home) {
    const path = await findOnPath('java', env);
    if (!path) throw provisionErrors.JAVA_MISSING({ reason: 'there is no java on the PATH, and JAVA_HOME is not set' });
    return { path, named: path };
  }
  const path = join(home, 'bin', 'java');
  const origin = configured ? 'the configured Java home' : 'JAVA_HOME';
  if (!(await findOnPath(path, env)))
    throw provisionErrors.JAVA_MISSING({ reason: `${origin} is ${home}, and there is no ${path}` });
  return { path, named: `${path} (${origin})` };
}

/**
 * The Python to build the venv with, 3.10 or later: the configured one, else the first that fits on the PATH.
 * @throws PYTHON_MISSING, which says what was found instead
 */
export async function findPython({ env, configured, run }: FindOptions): Promise<Python> {
  const refusals: PythonProbe[] = [];
  for (const name of configured ? [configured] : PYTHON_NAMES) {
    const path = await findOnPath(name, env);
    const probe = path ? await probePython({ path, env, run }) : undefined;
    if (probe?.canMakeVenv && isRecent(probe)) return { binary: probe.binary, version: probe.version };
    if (probe) refusals.push(probe);
  }
  throw explainRefusals(refusals, configured);
}

function isRecent({ version }: PythonProbe): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 3 && minor >= OLDEST_PYTHON_MINOR;
}

function explainRefusals(refusals: readonly PythonProbe[], configured?: string): MillraceError {
  const withoutVenv = refusals.find(isRecent);
  if (withoutVenv) return explainNoVenv(withoutVenv);
  return provisionErrors.PYTHON_MISSING({ reason: explainNone(refusals[0], configured) });
}

function explainNone(tooOld: PythonProbe | undefined, configured?: string): string {
  if (tooOld) return `${tooOld.binary} is ${tooOld.version}, and 3.10 or later is needed`;
  return configured ? `the configured ${configured} does not run` : 'there is no python3 on the PATH';
}

/** Python itself is fine: Debian ships the part that makes virtual environments as a package of its own. */
function explainNoVenv({ version, binary: path }: PythonProbe): MillraceError {
  const reason = `Python ${version} at ${path} cannot make virtual environments`;
  const hint = 'Install that part (Debian, Ubuntu: `sudo apt install python3-venv`).';
  return provisionErrors.PYTHON_MISSING({ reason, version, path, hint });
}
