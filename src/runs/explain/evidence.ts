import { toSparkInterval } from '../../project/duration.js';
import type { SchedulerApplication } from '../../targets/scheduler.js';
import { closesWindows } from '../open-windows.js';
import { isLive } from '../run-state.js';
import { type Side, slowestOf } from '../sides.js';
import { submitCommand } from '../submit-again.js';
import type { ExplainFacts } from './facts.js';
import type { ProgressFigures } from './figures.js';

/** What the rules look at: the facts, and what they come to. */
export interface Evidence extends ExplainFacts {
  readonly figures: ProgressFigures;
  /** Of a run that joins topics: the one that the watermark is of. Figures and checkpoint then give its newest event and delay. */
  readonly slowest: Side | null;
  readonly isLive: boolean;
  readonly hasFailed: boolean;
}

/** `certain` explains it alone; `partly` accounts for a share of the rows; `aside` is only worth knowing. */
export type Likelihood = 'certain' | 'likely' | 'partly' | 'aside';

export interface Finding {
  readonly id: string;
  /** One sentence. */
  readonly words: string;
  /** How the numbers lead to it, a line each. */
  readonly details: readonly string[];
  readonly numbers: Readonly<Record<string, unknown>>;
  readonly command: string | null;
  readonly likelihood: Likelihood;
  /** The share of all rows that it accounts for, between 0 and 1; null where that cannot be said. */
  readonly share: number | null;
}

export interface Rule {
  readonly id: string;
  /** How the list of what was ruled out calls it. */
  readonly name: string;
  /** Whether it says anything about such a run at all; else it is not even ruled out. */
  applies(evidence: Evidence): boolean;
  /** False where a source that it needs did not answer. */
  canTell(evidence: Evidence): boolean;
  /** Undefined: ruled out. */
  find(evidence: Evidence): Omit<Finding, 'id'> | undefined;
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

/** The command that submits the run once more, with what was set. */
export function submitAgain(facts: ExplainFacts, ...flags: readonly string[]): string {
  const { record, status } = facts;
  // Two live runs never share a checkpoint: a submit beside the one that goes on would be refused.
  const stop = isLive(status.state) ? `millrace runs stop ${record.run} && ` : '';
  return `${stop}${submitCommand(record, facts, flags)}`;
}

/** Submits it anew with one parameter changed. */
export function submitWith(facts: ExplainFacts, parameter: string, value: string): string {
  const settings = facts.settings.filter((setting) => !setting.startsWith(`${parameter}=`));
  return submitAgain({ ...facts, settings: [...settings, `${parameter}=${value}`] }, '--new-checkpoint');
}

/** The command that fills a topic; nobody but the user knows what goes into a topic of their own. */
export function seedCommand(topic: string, flags = ''): string | null {
  return topic === 'cars' || topic === 'news' ? `millrace seed ${topic}${flags}` : null;
}

/** The command that brings newer events to a topic that has some; null for one of the user's own. */
export function seedNewer(topic: string): string | null {
  return seedCommand(topic, topic === 'news' ? ' --shift-to-now --append' : ' --append');
}

/** A time for a person, UTC: the day only where it is not today. */
export function stamp(ms: number, nowMs: number): string {
  const text = new Date(ms).toISOString();
  const time = text.slice(11, text.endsWith('.000Z') ? 19 : 23);
  return text.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10) ? time : `${text.slice(0, 10)} ${time}`;
}

export function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** `1 record`, `2 records`, with the thousands apart. */
export function several(count: number, noun: string): string {
  return `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`;
}

/** A length of time for a person, to the second. */
export function lasting(ms: number): string {
  return toSparkInterval(Math.max(1_000, Math.round(ms / 1_000) * 1_000));
}

export const none = { details: [], numbers: {}, command: null, share: null } as const;
