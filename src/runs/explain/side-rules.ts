import { toSparkInterval } from '../../project/duration.js';
import { findIdleSide, type Side } from '../list/sides.js';
import { none, type Rule, seedNewer, several, stamp } from './evidence.js';

/** A window is final for all topics at once, so one that brings nothing new keeps the results of the others back. */
export const sideIdle: Rule = {
  id: 'side-idle',
  name: 'idle topic',
  applies: ({ joined }) => joined !== null,
  canTell: () => true,
  find: ({ joined, record, status, figures, nowMs }) => {
    const idle = findIdleSide(joined, record, status.state, nowMs);
    if (!joined || !idle) return undefined;
    const { topic, newestEvent, since } = idle;
    const sinceMs = Date.parse(since);
    const isNever = newestEvent === null;
    return {
      ...none,
      words: `\`${topic}\` holds the results back: it has brought no record since ${stamp(sinceMs - (sinceMs % 1_000), nowMs)}.`,
      details: [
        ...(isNever
          ? [`its driver, which began then, has read none; what earlier ones read does not count any more`]
          : []),
        ...joined.sides.map((side) => describeSide(side, nowMs)),
        `a window is final once both watermarks have passed it; ${several(joined.openRows, 'row')} ${joined.openRows === 1 ? 'waits' : 'wait'}`,
      ],
      numbers: { topic, newestEvent, since, openRows: joined.openRows },
      command: seedNewer(topic),
      likelihood: figures.results === 0 ? 'certain' : 'likely',
    };
  },
};

function describeSide({ topic, newestMs, delayMs }: Side, nowMs: number): string {
  if (newestMs === null) return `\`${topic}\`: no event`;
  const watermark = stamp(newestMs - delayMs, newestMs);
  return `\`${topic}\`: newest event ${stamp(newestMs, nowMs)} - ${toSparkInterval(delayMs)} = watermark ${watermark}`;
}
