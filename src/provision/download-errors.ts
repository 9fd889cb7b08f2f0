import { ExitCode, MillraceError } from '../errors.js';
import type { MavenMirror } from './mirrors.js';
import { toMegabytes } from './units.js';

/** A download did not come through: network, proxy, mirror. */
export class DownloadFailedError extends MillraceError {
  readonly code = 'DOWNLOAD_FAILED';
  readonly exitCode = ExitCode.Remote;
  override readonly retriable = true;

  constructor(
    readonly what: string,
    readonly reason: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(`Could not download ${what}: ${reason}`, options);
  }
}

export interface FileSum {
  readonly bytes: number;
  readonly sha512: string;
}

/** A downloaded file is not the one that was pinned; it was thrown away. */
export class DamagedArtifactError extends MillraceError {
  readonly code = 'ARTIFACT_DAMAGED';
  readonly exitCode = ExitCode.Remote;
  override readonly retriable = true;
  readonly hint: string;

  constructor(
    readonly file: string,
    readonly expected: FileSum,
    readonly found: FileSum,
    readonly mirror?: MavenMirror,
  ) {
    super(`${file} came as another file than the pinned one: expected ${inShort(expected)}, found ${inShort(found)}`);
    this.hint = mirror
      ? `Check what the mirror ${mirror.url} (${mirror.from}) hands out, or set mirrors.maven to another one.`
      : 'Something on the way may have changed it (a proxy, a sign-in page): try again, or set mirrors.maven to a repository you trust.';
  }
}

function inShort({ bytes, sha512 }: FileSum): string {
  return `sha512 ${sha512.slice(0, 12)}… of ${bytes} bytes`;
}

export class NoSpaceError extends MillraceError {
  readonly code = 'NO_SPACE';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint = 'Free some space there, or put the project (or, by MILLRACE_CACHE, the downloads) on a bigger disk.';

  constructor(
    readonly folder: string,
    readonly neededBytes: number,
    readonly freeBytes?: number,
    options?: ErrorOptions,
  ) {
    const found = freeBytes === undefined ? 'and the disk is full' : `and ${toMegabytes(freeBytes)} MB are free`;
    super(`Not enough space in ${folder}: ${toMegabytes(neededBytes)} MB are needed ${found}`, options);
  }
}

export class CacheFolderError extends MillraceError {
  readonly code = 'CACHE_FOLDER';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint = 'Make it writable for you, or set MILLRACE_CACHE to a folder that is.';

  constructor(
    readonly folder: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot write to the cache folder ${folder}: ${reason}`, options);
  }
}
