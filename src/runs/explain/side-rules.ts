import { findIdleSide, type IdleSide } from '../list/sides.js';
import { seedNewer } from './commands.js';
import type { Evidence } from './evidence.js';
import { EMPTY_FINDING, type Rule } from './rule.js';

/** A window is final for all topics at once, so a topic without new records holds back the results of the others. */
export const sideIdle: Rule = {
  id: 'side-idle',
  applies: ({ joined }) => joined !== null,
  canTell: () => true,
  find: (evidence) => {
    const { joined, figures } = evidence;
    const idle = idleSideOf(evidence);
    if (!joined || !idle) return undefined;
    return {
      ...EMPTY_FINDING,
      numbers: { ...idle, openRows: joined.openRows },
      command: seedNewer(idle.topic),
      likelihood: figures.results === 0 ? 'certain' : 'likely',
    };
  },
};

export function idleSideOf({ joined, record, status, nowMs }: Evidence): IdleSide | null {
  return findIdleSide(joined, record, status.state, nowMs);
}
