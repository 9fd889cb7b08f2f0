import { toSparkInterval } from '../../../project/duration.js';
import type { Evidence } from '../evidence.js';
import { type NextClose, nextClose } from '../next-close.js';
import { aheadOfClockMs, isClosedBefore } from '../window-rules.js';
import { describeDuration, describeTime, several, severalWait } from './phrases.js';
import type { Wording } from './wording.js';

const windowOpen: Wording = {
  name: 'windows still open',
  words: ({ figures: { openRows, parquetRows } }) =>
    parquetRows === 0
      ? `No window is in parquet yet: ${severalWait(openRows, 'row')} in open ones.`
      : `${several(openRows, 'row')} of open windows ${openRows === 1 ? 'is' : 'are'} not in parquet yet.`,
  details: (evidence) => {
    const close = nextClose(evidence);
    return close ? closeDetails(evidence, close) : [];
  },
};

function closeDetails({ nowMs, waiting, joined }: Evidence, close: NextClose): string[] {
  const { newestEventMs, delayMs, watermarkMs, windowEndMs, isLast, isExact, closingEventMs } = close;
  const at = (ms: number) => describeTime(ms, newestEventMs);
  const ofEach = joined?.sides
    .map((side) => `of \`${side.topic}\` from ${at(windowEndMs + side.delayMs)}`)
    .join(' and ');
  const closing = ofEach ?? `from ${at(closingEventMs)}`;
  return [
    `newest event ${describeTime(newestEventMs, nowMs)} - ${toSparkInterval(delayMs)} = watermark ${at(watermarkMs)}`,
    isLast
      ? `the last open session ends ${at(windowEndMs)}: an event from ${at(closingEventMs)} or later closes all`
      : `${isExact ? 'first open window ends' : 'no open window ends before'} ${at(windowEndMs)}: needs an event ${closing} or later`,
    ...(waiting === 0 ? ['all records are read: the watermark stands still until newer ones come'] : []),
  ];
}

const lateRows: Wording = {
  name: 'late rows',
  words: ({ figures: { droppedAsLate } }) =>
    `${several(droppedAsLate, 'row')} came too late and ${droppedAsLate === 1 ? 'was' : 'were'} dropped.`,
  details: (evidence) => {
    const { figures, checkpoint, nowMs } = evidence;
    const { watermarkMs, oldestEventMs } = figures;
    return [
      isClosedBefore(evidence)
        ? 'an earlier run of this checkpoint has closed their windows: its markers moved the watermark past all it had read'
        : `the watermark, ${toSparkInterval(checkpoint?.delayMs ?? 0)} behind the newest event, is ${describeTime(watermarkMs ?? 0, nowMs)}`,
      ...(checkpoint?.sessionMs == null ? ['counted per window and key: one row may stand for several records'] : []),
      ...(oldestEventMs === null ? [] : [`the oldest event read is of ${describeTime(oldestEventMs, nowMs)}`]),
    ];
  },
};

const futureEvent: Wording = {
  name: 'events from the future',
  words: (evidence) =>
    `The newest event is ${describeDuration(aheadOfClockMs(evidence))} ahead of the clock, and the watermark with it.`,
  details: () => ['events that come on time count as late until the clock has caught up'],
};

/** What the watermark keeps open, and what it drops. */
export const WINDOW_WORDS = { 'window-open': windowOpen, 'late-rows': lateRows, 'future-event': futureEvent };
