import { defineErrors, ExitCode } from '../errors.js';
import type { FileSum } from './jar-check.js';
import type { MavenMirror } from './mirrors.js';
import { toMegabytes } from './units.js';

const JAVA_HINT =
  'Install Java 17, 21 or 25 (Debian, Ubuntu: `sudo apt install openjdk-17-jre-headless`; macOS: `brew install openjdk@17`), or set JAVA_HOME to one that is there.';

const PYTHON_HINT =
  'Install Python 3.10 or later (Debian, Ubuntu: `sudo apt install python3 python3-venv`; macOS: `brew install python@3.13`).';

interface DamagedArtifact {
  readonly file: string;
  readonly expected: FileSum;
  readonly found: FileSum;
  readonly mirror?: MavenMirror | undefined;
}

export const provisionErrors = defineErrors({
  JAVA_MISSING: {
    exitCode: ExitCode.Prerequisite,
    message: ({ reason }: { reason: string }) => `No Java to run Kafka and Spark with: ${reason}`,
    hint: JAVA_HINT,
    onlyInWords: ['reason'],
  },
  JAVA_UNSUPPORTED: {
    exitCode: ExitCode.Prerequisite,
    message: ({ version, path }: { version: string; path: string }) =>
      `Java ${version} at ${path} does not run Kafka and Spark; they need 17, 21 or 25`,
    hint: JAVA_HINT,
  },
  /** `version` and `path` for a Python that is there and cannot make a virtual environment; `hint` where another Python is not needed. */
  PYTHON_MISSING: {
    exitCode: ExitCode.Prerequisite,
    message: ({ reason }: { reason: string; version?: string; path?: string; hint?: string }) =>
      `No Python to run jobs with: ${reason}`,
    hint: ({ hint }) => hint ?? PYTHON_HINT,
    onlyInWords: ['reason'],
  },
  /** A download did not come through: network, proxy, mirror. */
  DOWNLOAD_FAILED: {
    exitCode: ExitCode.Remote,
    retriable: true,
    message: ({ what, reason }: { what: string; reason: string; hint: string }) =>
      `Could not download ${what}: ${reason}`,
    hint: ({ hint }) => hint,
  },
  /** A downloaded file is not the one that was pinned; it was thrown away. */
  ARTIFACT_DAMAGED: {
    exitCode: ExitCode.Remote,
    retriable: true,
    message: ({ file, expected, found }: DamagedArtifact) =>
      `${file} came as another file than the pinned one: expected ${inShort(expected)}, found ${inShort(found)}`,
    hint: ({ mirror }) =>
      mirror
        ? `Check what the mirror ${mirror.url} (${mirror.from}) hands out, or set mirrors.maven to another one.`
        : 'Something on the way may have changed it (a proxy, a sign-in page): try again, or set mirrors.maven to a repository you trust.',
  },
  NO_SPACE: {
    exitCode: ExitCode.Prerequisite,
    message: ({ folder, neededBytes, freeBytes }: { folder: string; neededBytes: number; freeBytes?: number }) =>
      `Not enough space in ${folder}: ${toMegabytes(neededBytes)} MB are needed ${describeRoom(freeBytes)}`,
    hint: 'Free some space there, or put the project (or, by MILLRACE_CACHE, the downloads) on a bigger disk.',
  },
  CACHE_FOLDER: {
    exitCode: ExitCode.Prerequisite,
    message: ({ folder, reason }: { folder: string; reason: string }) =>
      `Cannot write to the cache folder ${folder}: ${reason}`,
    hint: 'Make it writable for you, or set MILLRACE_CACHE to a folder that is.',
    onlyInWords: ['reason'],
  },
});

function inShort({ bytes, sha512 }: FileSum): string {
  return `sha512 ${sha512.slice(0, 12)}… of ${bytes} bytes`;
}

function describeRoom(freeBytes: number | undefined): string {
  return freeBytes === undefined ? 'and the disk is full' : `and ${toMegabytes(freeBytes)} MB are free`;
}
