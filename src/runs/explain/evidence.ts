import type { SchedulerApplication } from '../../targets/scheduler.js';
import { type Side, slowestOf } from '../list/sides.js';
import { closesWindows } from '../show/open-windows.js';
import { isLive } from '../state/run-state.js';
import type { ExplainFacts } from './facts.js';
import type { ProgressFigures } from './progress-figures.js';

/** What the rules look at: the facts, and what they come to. */
export interface Evidence extends ExplainFacts {
  readonly figures: ProgressFigures;
  /** Of a run that joins topics: the one that the watermark is of. Figures and checkpoint then give its newest event and delay. */
  readonly slowest: Side | null;
  readonly isLive: boolean;
  readonly hasFailed: boolean;
}

export function toEvidence(facts: ExplainFacts): Evidence {
  const { state } = facts.status;
  const slowest = (facts.joined && slowestOf(facts.joined)) ?? null;
  return {
    ...facts,
    ...paceOf(slowest, facts, withoutMarkers(facts)),
    slowest,
    isLive: isLive(state),
    hasFailed: facts.failure !== null,
  };
}

/** Of a join the slowest topic's; as long as that has brought no event, its delay tells nothing. */
function paceOf(slowest: Side | null, { checkpoint }: ExplainFacts, figures: ProgressFigures) {
  if (!slowest) return { figures };
  const { newestMs: newestEventMs, delayMs } = slowest;
  const known = newestEventMs === null ? null : delayMs;
  return { figures: { ...figures, newestEventMs }, checkpoint: checkpoint && { ...checkpoint, delayMs: known } };
}

/** The newest event of a run that closes its windows is a marker, later than the newest record by a window and the delay. */
function withoutMarkers({ record, checkpoint, progress: figures }: ExplainFacts): ProgressFigures {
  const { newestEventMs } = figures;
  if (!closesWindows(record.parameters) || newestEventMs === null || !checkpoint) return figures;
  const lengthMs = checkpoint.sessionMs ?? checkpoint.windowMs ?? 0;
  return { ...figures, newestEventMs: newestEventMs - lengthMs - (checkpoint.delayMs ?? 0) };
}

/** Whether it waits for cores: as the scheduler sees it, else as its own log tells. */
export function isWaiting(evidence: Evidence): boolean {
  const application = applicationOf(evidence);
  if (evidence.status.state === 'queued') return true;
  return evidence.isLive && (application ? application.cores === 0 : evidence.isWaitingForExecutors);
}

function applicationOf({ scheduler, record }: Evidence): SchedulerApplication | undefined {
  return scheduler?.applications.find(({ name }) => name === record.run);
}
