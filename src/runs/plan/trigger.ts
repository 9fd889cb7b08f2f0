import { UsageError } from '../../errors.js';
import type { JobDefinition } from '../../jobs/job-definition.js';
import { parseDurationMs, toSparkInterval } from '../../project/duration.js';
import { AVAILABLE_NOW } from '../record/run-record.js';

const DEFAULT_TRIGGER = '1 second';
const BACKGROUND_EVERY_MS = 10_000;

/** What was said, as Spark spells it; null for a batch. @throws UsageError for a trigger of a batch, and for what is none */
export function checkTrigger({ kind, name }: JobDefinition, trigger: string | undefined): string | null {
  if (kind === 'streaming') {
    if (trigger === AVAILABLE_NOW) return trigger;
    return trigger === undefined ? DEFAULT_TRIGGER : toSparkInterval(parseDurationMs(trigger));
  }
  if (trigger === undefined) return null;
  throw new UsageError(`The job ${name} is a batch and has no trigger`, 'Leave --trigger out.');
}

/** The pace of the queries that nobody waits for: at the pace of the results they would take half of the core from these. */
export function backgroundTrigger(trigger: string | null): string | null {
  if (trigger === null || trigger === AVAILABLE_NOW) return trigger;
  return toSparkInterval(Math.max(parseDurationMs(trigger), BACKGROUND_EVERY_MS));
}
