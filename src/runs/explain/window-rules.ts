import { toSparkInterval } from '../../project/duration.js';
import { AVAILABLE_NOW } from '../record/run-record.js';
import { closesWindows } from '../show/open-windows.js';
import {
  type Evidence,
  iso,
  lasting,
  none,
  type Rule,
  seedNewer,
  several,
  stamp,
  submitAgain,
  submitWith,
} from './evidence.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Clocks of two machines differ; a minute is no event from the future. */
const CLOCKS_DIFFER_MS = MINUTE_MS;

const hasWindows = ({ checkpoint, figures }: Evidence) =>
  checkpoint != null &&
  (checkpoint.windowMs ?? checkpoint.sessionMs) !== null &&
  checkpoint.delayMs !== null &&
  figures.batches > 0;

/** When the first of the open windows closes, as Spark reckons it; of sessions, which end when they end, when all do. */
export interface NextClose {
  readonly newestEventMs: number;
  readonly delayMs: number;
  /** What the next batch works with: the newest event less the delay, and never less than before. */
  readonly watermarkMs: number;
  readonly windowEndMs: number;
  /** All open ones have ended by then; else it is the first. */
  readonly isLast: boolean;
  /** Else no open window ends before that, as far as can be told. */
  readonly isExact: boolean;
  /** The earliest event that closes it, in the batch after the one that reads it. */
  readonly closingEventMs: number;
}

/**
 * A window closes once its end is not after the watermark; the watermark moves behind a batch, and the next batch, which
 * needs no records, closes it. Undefined where no batch told of an event.
 */
export function nextClose(evidence: Evidence): NextClose | undefined {
  const { checkpoint, figures } = evidence;
  const { windowMs = null, sessionMs = null, delayMs = null } = checkpoint ?? {};
  const { newestEventMs, oldestEventMs } = figures;
  if ((windowMs ?? sessionMs) === null || delayMs === null || newestEventMs === null || oldestEventMs === null)
    return undefined;
  const watermarkMs = Math.max(figures.watermarkMs ?? 0, newestEventMs - delayMs);
  const times = { newestEventMs, oldestEventMs, watermarkMs };
  const end = sessionMs === null ? firstWindowEnd(evidence, times) : lastSessionEnd(sessionMs, delayMs, times);
  return { newestEventMs, delayMs, watermarkMs, ...end, closingEventMs: end.windowEndMs + delayMs };
}

type EventTimes = Pick<NextClose, 'newestEventMs' | 'watermarkMs'> & { readonly oldestEventMs: number };
type WindowEnd = Pick<NextClose, 'windowEndMs' | 'isLast' | 'isExact'>;

/** The first window that ends behind the watermark and can hold an event; windows begin at multiples of the slide. */
function firstWindowEnd({ checkpoint, windowEnds }: Evidence, { oldestEventMs, watermarkMs }: EventTimes): WindowEnd {
  const windowMs = checkpoint?.windowMs ?? 0;
  const slideMs = checkpoint?.slideMs ?? windowMs;
  const inside = Math.max(watermarkMs, oldestEventMs);
  const firstEndMs = (Math.floor((inside - windowMs) / slideMs) + 1) * slideMs + windowMs;
  const seen = windowEnds.find((end) => end > watermarkMs);
  const windowEndMs = Math.max(firstEndMs, seen ?? firstEndMs);
  return { windowEndMs, isLast: false, isExact: oldestEventMs > watermarkMs || seen !== undefined };
}

/** Of an earlier run's events the watermark is what is left. */
function lastSessionEnd(sessionMs: number, delayMs: number, { newestEventMs, watermarkMs }: EventTimes): WindowEnd {
  return { windowEndMs: Math.max(newestEventMs, watermarkMs + delayMs) + sessionMs, isLast: true, isExact: true };
}

const windowOpen: Rule = {
  id: 'window-open',
  name: 'windows still open',
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
      words: isNone
        ? `No window has closed yet: ${several(openRows, 'row')} ${openRows === 1 ? 'waits' : 'wait'} in open ones.`
        : `${several(openRows, 'row')} of open windows ${openRows === 1 ? 'is' : 'are'} not in parquet yet.`,
      details: closeDetails(evidence, close),
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

function closeDetails({ nowMs, waiting, joined }: Evidence, close: NextClose): string[] {
  const { newestEventMs, delayMs, watermarkMs, windowEndMs, isLast, isExact, closingEventMs } = close;
  const at = (ms: number) => stamp(ms, newestEventMs);
  const ofEach = joined?.sides
    .map((side) => `of \`${side.topic}\` from ${at(windowEndMs + side.delayMs)}`)
    .join(' and ');
  const closing = ofEach ?? `from ${at(closingEventMs)}`;
  return [
    `newest event ${stamp(newestEventMs, nowMs)} - ${toSparkInterval(delayMs)} = watermark ${at(watermarkMs)}`,
    isLast
      ? `the last open session ends ${at(windowEndMs)}: an event from ${at(closingEventMs)} or later closes all`
      : `${isExact ? 'first open window ends' : 'no open window ends before'} ${at(windowEndMs)}: needs an event ${closing} or later`,
    ...(waiting === 0 ? ['all records are read: the watermark stands still until newer ones come'] : []),
  ];
}

/** Cars get the time of their publishing; where others would have to be newer than they are, a shorter watermark helps. */
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
  name: 'late rows',
  applies: hasWindows,
  canTell: () => true,
  find: (evidence) => {
    const { figures, checkpoint, nowMs } = evidence;
    const { droppedAsLate, rowsRead, deadLetters, results, newestEventMs, oldestEventMs, watermarkMs } = figures;
    if (droppedAsLate === 0) return undefined;
    return {
      words: `${several(droppedAsLate, 'row')} came too late and ${droppedAsLate === 1 ? 'was' : 'were'} dropped.`,
      details: [
        isClosedBefore(evidence)
          ? 'an earlier run of this checkpoint has closed their windows: its markers moved the watermark past all it had read'
          : `the watermark, ${toSparkInterval(checkpoint?.delayMs ?? 0)} behind the newest event, is ${stamp(watermarkMs ?? 0, nowMs)}`,
        ...(checkpoint?.sessionMs == null
          ? ['counted per window and key: behind one row there may be several records']
          : []),
        ...(oldestEventMs === null ? [] : [`the oldest event read is of ${stamp(oldestEventMs, nowMs)}`]),
      ],
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

/** To a run that closes its windows nothing is late but for what an earlier one has closed. */
function isClosedBefore({ record, figures }: Evidence): boolean {
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
  name: 'events from the future',
  applies: hasWindows,
  canTell: ({ figures }) => figures.newestEventMs !== null,
  find: ({ figures, checkpoint, nowMs }) => {
    const { newestEventMs, oldestEventMs, droppedAsLate } = figures;
    const aheadMs = (newestEventMs ?? 0) - nowMs;
    if (newestEventMs === null || aheadMs <= CLOCKS_DIFFER_MS) return undefined;
    // What is older than the delay would have been too late by the clock as well.
    const isToBlame = droppedAsLate > 0 && (oldestEventMs ?? 0) >= nowMs - (checkpoint?.delayMs ?? 0);
    return {
      ...none,
      words: `The newest event is ${lasting(aheadMs)} ahead of the clock, and the watermark with it.`,
      details: ['what comes on time is late until the clock has caught up'],
      numbers: { newestEvent: iso(newestEventMs), aheadSeconds: Math.round(aheadMs / 1000), droppedAsLate },
      likelihood: isToBlame ? 'likely' : 'aside',
    };
  },
};

/** What the watermark keeps, holds back and drops. */
export const WINDOW_RULES = { windowOpen, lateRows, futureEvent };
