import type { SchedulerApplication } from '../../targets/scheduler.js';
import { type Side, slowestOf } from '../list/sides.js';
import { closesWindows } from '../show/open-windows.js';
import { isLive } from '../state/run-state.js';
import type { ExplainFacts } from './facts.js';
import type { ProgressFigures } from './progress-figures.js';

/** What the rules look at: the facts, and what follows from them. */
export interface Evidence extends ExplainFacts {
  readonly figures: ProgressFigures;
  /** Of a run that joins topics: the one with the lowest watermark. Its newest event and delay replace those in figures and checkpoint. */
  readonly slowest: Side | null;
  readonly isLive: boolean;
  readonly hasFailed: boolean;
}

export function toEvidence(facts: ExplainFacts): Evidence {
  const { state } = facts.status;
  const slowest = (facts.joined && slowestOf(facts.joined)) ?? null;
  return {
    ...facts,
    ...withSlowestSide(slowest, facts, withoutMarkers(facts)),
    slowest,
    isLive: isLive(state),
    hasFailed: facts.failure !== null,
  };
}

/** For a join: newest event and delay of the slowest topic. While it has no event yet, the delay is null. */
function withSlowestSide(slowest: Side | null, { checkpoint }: ExplainFacts, figures: ProgressFigures) {
  if (!slowest) return { figures };
  const { newestMs: newestEventMs, delayMs } = slowest;
  const known = newestEventMs === null ? null : delayMs;
  return { figures: { ...figures, newestEventMs }, checkpoint: checkpoint && { ...checkpoint, delayMs: known } };
}

/** A run with `closeWindows` adds markers, each later than its record by the window's length and the delay: subtract both. */
function withoutMarkers({ record, checkpoint, progress: figures }: ExplainFacts): ProgressFigures {
  const { newestEventMs } = figures;
  if (!closesWindows(record.parameters) || newestEventMs === null || !checkpoint) return figures;
  const lengthMs = checkpoint.sessionMs ?? checkpoint.windowMs ?? 0;
  return { ...figures, newestEventMs: newestEventMs - lengthMs - (checkpoint.delayMs ?? 0) };
}

/** Whether it waits for cores. The scheduler knows best; if it does not list the run, the driver's log shows it. */
export function isWaiting(evidence: Evidence): boolean {
  const application = applicationOf(evidence);
  if (evidence.status.state === 'queued') return true;
  return evidence.isLive && (application ? application.cores === 0 : evidence.isWaitingForExecutors);
}

function applicationOf({ scheduler, record }: Evidence): SchedulerApplication | undefined {
  return scheduler?.applications.find(({ name }) => name === record.run);
}
