import type { Evidence } from '../evidence.js';
import type { Explanation } from '../explain.js';
import { several } from './phrases.js';

const STUCK_BY = ['broker-unreachable', 'no-cores', 'executor-lost', 'topic-missing', 'topic-recreated'];

/** How the run is doing, a part of a sentence: `runs well; 240 records read, 12 results`. */
export function verdictOf({ evidence, findings: [first] }: Explanation): string {
  const { status, record, isLive } = evidence;
  if (record.kind === 'batch' && !isLive) return `${status.state}${batchRows(evidence)}`;
  if (status.state === 'queued' || status.state === 'starting') return 'has not started yet';
  if (record.kind === 'batch') return 'runs; a batch reports what it read at its end';
  if (!isLive) return `${status.state}; ${rowsOf(evidence)}`;
  const isStuck = first?.likelihood === 'certain' && STUCK_BY.includes(first.id);
  if (isStuck) return `stands still; ${rowsOf(evidence)}`;
  return `${hasRead(evidence) ? 'runs well' : 'runs'}; ${rowsOf(evidence)}`;
}

function batchRows({ batch }: Evidence): string {
  return batch?.rowsRead == null ? '' : `; ${several(batch.rowsRead, 'row')} read`;
}

function hasRead({ figures }: Evidence): boolean {
  return figures.rowsRead > 0;
}

function rowsOf(evidence: Evidence): string {
  const { figures, checkpoint } = evidence;
  const { rowsRead, results, parquetRows, isResumed } = figures;
  if (!hasRead(evidence)) return 'it has read nothing';
  const files =
    checkpoint?.windowMs == null && checkpoint?.sessionMs == null ? [] : [`${several(parquetRows, 'row')} in parquet`];
  const counts = [`${several(rowsRead, 'record')} read`, several(results, 'result'), ...files].join(', ');
  return isResumed ? `${counts}, by this run alone` : counts;
}
