import { join } from 'node:path';
import { type CommandResult, lastLine, type PlainEnvironment, type RunCommand } from './run-command.js';

export interface ProbeOptions {
  readonly path: string;
  readonly env: PlainEnvironment;
  readonly run: RunCommand;
}

export interface Java {
  readonly binary: string;
  readonly home: string;
  readonly major: number;
  readonly version: string;
  /** The build of its JVM, `17.0.15+6-Debian-1deb12u1`: two Javas of one version may be different builds. */
  readonly build: string;
}

export interface PythonProbe {
  readonly binary: string;
  readonly version: string;
  readonly canMakeVenv: boolean;
}

// /usr/bin/java of macOS, where no Java is installed, may open a dialogue and wait.
const PROBE_TIMEOUT_MS = 30_000;

// Python 2 has to run this, too: on old machines it is the `python` on the PATH.
const PYTHON_PROBE = `import json, platform, sys
try:
    import ensurepip, venv
    makes_venv = True
except ImportError:
    makes_venv = False
print(json.dumps([sys.executable, platform.python_version(), makes_venv]))`;

/** Asks a java for its version and home (version managers put a script on the PATH, so the result has the home's own binary). */
export async function probeJava({ path, env, run }: ProbeOptions): Promise<Java> {
  const args = ['-XshowSettings:properties', '-version'];
  const answer = await run(path, args, { env, timeoutMs: PROBE_TIMEOUT_MS });
  const home = findProperty(answer, 'java.home');
  const version = findProperty(answer, 'java.version');
  if (answer.exitCode !== 0 || !home || !version) throw new Error(lastLine(answer) || `exit code ${answer.exitCode}`);
  const build = findProperty(answer, 'java.vm.version') ?? version;
  return { binary: join(home, 'bin', 'java'), home, major: toMajor(version), version, build };
}

function findProperty({ stdout, stderr }: CommandResult, name: string): string | undefined {
  const line = `${stderr}\n${stdout}`.split('\n').find((candidate) => candidate.trimStart().startsWith(`${name} = `));
  return line?.slice(line.indexOf('=') + 1).trim();
}

/** 17 of `17.0.15`, 8 of `1.8.0_402`. */
function toMajor(version: string): number {
  return Number.parseInt(version.replace(/^1\./, ''), 10);
}

/** Asks a python for its version; undefined when it does not run, such as a version manager's script without that version. */
export async function probePython({ path, env, run }: ProbeOptions): Promise<PythonProbe | undefined> {
  try {
    const answer = await run(path, ['-c', PYTHON_PROBE], { env, timeoutMs: PROBE_TIMEOUT_MS });
    if (answer.exitCode !== 0) return undefined;
    const [binary, version, canMakeVenv] = JSON.parse(answer.stdout) as [string, string, boolean];
    return { binary: binary || path, version, canMakeVenv };
  } catch {
    return undefined;
  }
}
