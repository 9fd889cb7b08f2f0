import type { CommandResult } from './run-command.js';

export interface PipPhase {
  readonly label: string;
  /** The size of the file that is being downloaded, in MB, as pip announced it. */
  readonly totalMb?: number;
}

const UNITS_MB: Readonly<Record<string, number>> = { kB: 0.001, MB: 1, GB: 1000 };

/** What pip begins to do, by a line of its output; undefined where the line begins nothing. */
export function readPipPhase(line: string): PipPhase | undefined {
  const download = /^\s*Downloading \S*?([^/\s]+) \(([\d.]+) (kB|MB|GB)\)/.exec(line);
  if (download) return { label: `Downloading ${download[1]}`, totalMb: Number(download[2]) * unitMb(download[3]) };
  if (/^\s*(Installing build dependencies|Preparing metadata|Building wheel).*started/.test(line)) {
    return { label: 'Unpacking' };
  }
  return line.startsWith('Installing collected packages') ? { label: 'Installing' } : undefined;
}

function unitMb(unit = 'MB'): number {
  return UNITS_MB[unit] ?? 1;
}

/** Why pip gave up: its last error, and the last trouble with the network before it, without credentials. */
export function findPipReason({ stdout, stderr }: Pick<CommandResult, 'stdout' | 'stderr'>): string {
  const lines = hideCredentials(`${stdout}\n${stderr}`)
    .split('\n')
    .map((line) => line.trim());
  const error = lines.findLast((line) => line.startsWith('ERROR: '))?.slice('ERROR: '.length);
  const cause = lines.map(readNetworkTrouble).findLast((trouble) => trouble !== undefined);
  const reason = error ?? lines.findLast((line) => line !== '') ?? 'pip said nothing';
  return cause ? `${reason} (${cause})` : reason;
}

function readNetworkTrouble(line: string): string | undefined {
  const broken = /^WARNING: Retrying .* after connection broken by '(.*)': \S+$/.exec(line)?.[1];
  if (broken) return broken.replace(/^.*object at 0x[0-9a-f]+>[:,] /, '').replace(/['")]+$/, '');
  return /^WARNING: (The repository located at .* is not a trusted .*? host)/.exec(line)?.[1];
}

function hideCredentials(text: string): string {
  return text.replace(/:\/\/[^/@\s]+@/g, '://');
}
