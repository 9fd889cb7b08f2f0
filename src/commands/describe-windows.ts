import type { IdleSide } from '../runs/list/sides.js';
import type { OpenWindows } from '../runs/show/open-windows.js';

/** One sentence in parts that each fit in a line; empty where no window is open. */
export function describeOpenWindows(
  { results, windows, from, to, closedBy }: OpenWindows,
  canClose: boolean,
): string[] {
  if (results === 0) return [];
  const what = `${results} ${results === 1 ? 'result' : 'results'}`;
  const where = windows === null ? '' : ` of ${windows} ${windows === 1 ? 'window' : 'windows'}, ${from} to ${to}`;
  const ways = [
    ...(closedBy === null ? [] : [`an event of ${describeTimes(closedBy)} or later`]),
    ...(canClose ? ['--close-windows with --new-checkpoint'] : []),
  ];
  return [`${what}${where}: still open`, ...(ways.length > 0 ? [`closed by ${ways.join(', or ')}`] : [])];
}

function describeTimes(closedBy: NonNullable<OpenWindows['closedBy']>): string {
  if (typeof closedBy === 'string') return closedBy;
  return Object.entries(closedBy)
    .map(([topic, at]) => `${topic} of ${at}`)
    .join(' and one of ');
}

/** `waits for news: no record since 2026-11-24 15:21:03`, UTC. */
export function describeIdleSide({ topic, newestEvent, since }: IdleSide): string {
  const at = since.slice(0, 19).replace('T', ' ');
  return `waits for ${topic}: no record since ${newestEvent === null ? `it began at ${at}` : at}`;
}
