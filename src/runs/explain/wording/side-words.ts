import { toSparkInterval } from '../../../project/duration.js';
import type { Side } from '../../list/sides.js';
import { idleSideOf } from '../side-rules.js';
import { describeTime, severalWait } from './phrases.js';
import type { Wording } from './wording.js';

const sideIdle: Wording = {
  name: 'idle topic',
  words: (evidence) => {
    const { topic, since } = idleSideOf(evidence) ?? { topic: '', since: '' };
    const sinceMs = Date.parse(since);
    return `\`${topic}\` holds the results back: it has brought no record since ${describeTime(sinceMs - (sinceMs % 1_000), evidence.nowMs)}.`;
  },
  details: (evidence) => {
    const { joined, nowMs } = evidence;
    const isNever = idleSideOf(evidence)?.newestEvent === null;
    return [
      ...(isNever
        ? ['its driver began then and has read none of its records; those that earlier drivers read no longer count']
        : []),
      ...(joined?.sides ?? []).map((side) => describeSide(side, nowMs)),
      `a window is final once both watermarks have passed it; ${severalWait(joined?.openRows ?? 0, 'row')}`,
    ];
  },
};

function describeSide({ topic, newestMs, delayMs }: Side, nowMs: number): string {
  if (newestMs === null) return `\`${topic}\`: no event`;
  const watermark = describeTime(newestMs - delayMs, newestMs);
  return `\`${topic}\`: newest event ${describeTime(newestMs, nowMs)} - ${toSparkInterval(delayMs)} = watermark ${watermark}`;
}

/** Which topic of a join holds back the others. */
export const SIDE_WORDS = { 'side-idle': sideIdle };
