import { toSparkInterval } from '../../project/duration.js';
import { AVAILABLE_NOW } from '../record/run-record.js';
import { closesWindows } from '../show/open-windows.js';
import { seedNewer, submitAgain, submitWith } from './commands.js';
import type { Evidence } from './evidence.js';
import { type NextClose, nextClose } from './next-close.js';
import { EMPTY_FINDING, type Rule } from './rule.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Clocks of two machines differ: an event a minute ahead is not from the future. */
const CLOCKS_DIFFER_MS = MINUTE_MS;

const hasWindows = ({ checkpoint, figures }: Evidence) =>
  checkpoint != null &&
  (checkpoint.windowMs ?? checkpoint.sessionMs) !== null &&
  checkpoint.delayMs !== null &&
  figures.batches > 0;

const windowOpen: Rule = {
  id: 'window-open',
  applies: hasWindows,
  canTell: (evidence) => evidence.figures.openRows === 0 || nextClose(evidence) !== undefined,
  find: (evidence) => {
    const { figures, windowEnds } = evidence;
    const close = nextClose(evidence);
    if (figures.openRows === 0 || !close) return undefined;
    const { openRows, parquetRows } = figures;
    const openWindows = windowEnds.filter((end) => end > close.watermarkMs).length;
    const isNone = parquetRows === 0;
    return {
      numbers: {
        openRows,
        parquetRows,
        openWindows: openWindows || null,
        newestEvent: iso(close.newestEventMs),
        delay: toSparkInterval(close.delayMs),
        watermark: iso(close.watermarkMs),
        nextWindowEnd: iso(close.windowEndMs),
        closingEvent: iso(close.closingEventMs),
        isLast: close.isLast,
        isExact: close.isExact,
      },
      command: commandToClose(evidence, close),
      likelihood: isNone && !evidence.hasFailed ? 'certain' : 'partly',
      share: isNone ? null : openRows / (openRows + parquetRows),
    };
  },
};

/** Cars get the time of their publishing as event time, so newer ones are easy to add. Otherwise a shorter watermark helps. */
function commandToClose(evidence: Evidence, { newestEventMs, windowEndMs }: NextClose): string | null {
  const { record, reads, slowest } = evidence;
  if (slowest) return seedNewer(slowest.topic);
  if (reads.includes('cars')) return seedNewer('cars');
  if (record.trigger === AVAILABLE_NOW && record.parameters.closeWindows === false)
    return submitWith(evidence, 'closeWindows', 'true');
  const canClose = newestEventMs - windowEndMs >= MINUTE_MS;
  return canClose && 'watermark' in record.parameters ? submitWith(evidence, 'watermark', '1 minute') : null;
}

const lateRows: Rule = {
  id: 'late-rows',
  applies: hasWindows,
  canTell: () => true,
  find: (evidence) => {
    const { droppedAsLate, rowsRead, deadLetters, results, newestEventMs, oldestEventMs, watermarkMs } =
      evidence.figures;
    if (droppedAsLate === 0) return undefined;
    return {
      numbers: {
        droppedAsLate,
        read: rowsRead,
        watermark: iso(watermarkMs),
        oldestEvent: iso(oldestEventMs),
        newestEvent: iso(newestEventMs),
      },
      command: commandForLate(evidence),
      likelihood: results === 0 ? 'certain' : 'partly',
      share: Math.min(1, droppedAsLate / Math.max(1, rowsRead - deadLetters)),
    };
  },
};

/** If a run closes its windows, only records of windows that an earlier run has closed are late. */
export function isClosedBefore({ record, figures }: Evidence): boolean {
  return closesWindows(record.parameters) && figures.isResumed;
}

function commandForLate(evidence: Evidence): string | null {
  if (isClosedBefore(evidence)) return submitAgain(evidence, '--new-checkpoint');
  const { record, figures, checkpoint } = evidence;
  const spreadMs = (figures.newestEventMs ?? 0) - (figures.oldestEventMs ?? 0);
  if (spreadMs <= (checkpoint?.delayMs ?? 0) || !('watermark' in record.parameters)) return null;
  const unitMs = unitFor(spreadMs);
  return submitWith(evidence, 'watermark', toSparkInterval(Math.ceil(spreadMs / unitMs) * unitMs));
}

function unitFor(ms: number): number {
  return ms > HOUR_MS ? HOUR_MS : MINUTE_MS;
}

const futureEvent: Rule = {
  id: 'future-event',
  applies: hasWindows,
  canTell: ({ figures }) => figures.newestEventMs !== null,
  find: (evidence) => {
    const { figures, checkpoint, nowMs } = evidence;
    const { newestEventMs, oldestEventMs, droppedAsLate } = figures;
    const aheadMs = aheadOfClockMs(evidence);
    if (aheadMs <= CLOCKS_DIFFER_MS) return undefined;
    // Events that are older than the delay would be late even if the newest event had the time of the clock.
    const isToBlame = droppedAsLate > 0 && (oldestEventMs ?? 0) >= nowMs - (checkpoint?.delayMs ?? 0);
    return {
      ...EMPTY_FINDING,
      numbers: { newestEvent: iso(newestEventMs), aheadSeconds: Math.round(aheadMs / 1000), droppedAsLate },
      likelihood: isToBlame ? 'likely' : 'aside',
    };
  },
};

export function aheadOfClockMs({ figures, nowMs }: Evidence): number {
  return (figures.newestEventMs ?? 0) - nowMs;
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** What the watermark keeps open, and what it drops. */
export const WINDOW_RULES = { windowOpen, lateRows, futureEvent };
