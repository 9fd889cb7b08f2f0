import type { RunCause } from '../state/supervision.js';
import { submitAgain } from './commands.js';
import { type Evidence, isWaiting } from './evidence.js';
import { always, EMPTY_FINDING, type Rule } from './rule.js';

const failed: Rule = {
  id: 'failed',
  applies: ({ isLive }) => !isLive,
  canTell: always,
  find: (evidence) => {
    const { failure, status, figures } = evidence;
    if (!failure) return undefined;
    return {
      ...EMPTY_FINDING,
      numbers: {
        cause: failure.code,
        exitCode: status.exitCode,
        isTransient: failure.isTransient,
        batches: figures.batches,
      },
      command: wayOut(evidence, failure),
      likelihood: 'certain',
    };
  },
};

/** Of a user's script millrace does not know the checkpoint. */
function wayOut(evidence: Evidence, { code, isTransient }: RunCause): string | null {
  const { run, name, kind, script } = evidence.record;
  if (code === 'data-loss' || code === 'checkpoint-incompatible') return submitAgain(evidence, '--new-checkpoint');
  if (code === 'checkpoint-torn') return script === null ? `millrace runs repair ${name}` : null;
  if (!isTransient) return null;
  return kind === 'streaming' ? `millrace runs restart ${run}` : submitAgain(evidence);
}

const restarted: Rule = {
  id: 'restarted',
  applies: ({ attempts }) => attempts.length > 0,
  canTell: always,
  find: (evidence) => {
    const { status, record } = evidence;
    const { last, restarts } = restartsOf(evidence);
    if (!last || restarts < 1) return undefined;
    return {
      ...EMPTY_FINDING,
      numbers: { restarts, lastEndedAt: last.endedAt, cause: last.cause?.code ?? null },
      command: `millrace runs show ${record.run}`,
      likelihood: status.state === 'starting' ? 'likely' : 'aside',
    };
  },
};

/** The driver that ended last, and how often a driver was started after another one. */
export function restartsOf({ attempts, isLive }: Evidence) {
  const ended = attempts.filter(({ endedAt }) => endedAt !== null);
  return { last: ended.at(-1), restarts: isLive ? ended.length : ended.length - 1 };
}

const starting: Rule = {
  id: 'starting',
  applies: ({ isLive }) => isLive,
  canTell: always,
  find: (evidence) => {
    if (evidence.status.state !== 'starting' || isWaiting(evidence)) return undefined;
    return {
      ...EMPTY_FINDING,
      numbers: { seconds: Math.round(sinceSubmitMs(evidence) / 1000) },
      command: 'millrace runs list',
      likelihood: 'certain',
    };
  },
};

export function sinceSubmitMs({ nowMs, record }: Evidence): number {
  return nowMs - Date.parse(record.submittedAt);
}

const firstBatch: Rule = {
  id: 'first-batch',
  applies: ({ status, record }) => status.state === 'running' && record.kind === 'streaming',
  canTell: ({ waiting, figures }) => waiting !== null || figures.batches > 0,
  find: (evidence) => {
    const { figures, waiting, reads } = evidence;
    if (figures.batches > 0 || isWaiting(evidence)) return undefined;
    const isUnknown = reads.length === 0;
    if (!waiting && !isUnknown) return undefined;
    return { ...EMPTY_FINDING, numbers: { waiting }, likelihood: isUnknown ? 'likely' : 'certain' };
  },
};

/** Whether the run is at work at all. */
export const RUN_RULES = { failed, restarted, starting, firstBatch };
