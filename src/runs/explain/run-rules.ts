import { isWaiting, lasting, none, type Rule, several, submitAgain } from './evidence.js';

const always = () => true;

const failed: Rule = {
  id: 'failed',
  name: 'failure',
  applies: ({ isLive }) => !isLive,
  canTell: always,
  find: (evidence) => {
    const { failure, status, figures, record } = evidence;
    if (!failure) return undefined;
    const needsNew = failure.code === 'data-loss' || failure.code === 'checkpoint-incompatible';
    const again = record.kind === 'streaming' ? `millrace runs restart ${record.run}` : submitAgain(evidence);
    return {
      ...none,
      words: `${failure.words.charAt(0).toUpperCase()}${failure.words.slice(1)}.`,
      details: failure.cure ? [failure.cure] : [],
      numbers: {
        cause: failure.code,
        exitCode: status.exitCode,
        isTransient: failure.isTransient,
        batches: figures.batches,
      },
      command: needsNew ? submitAgain(evidence, '--new-checkpoint') : failure.isTransient ? again : null,
      likelihood: 'certain',
    };
  },
};

const restarted: Rule = {
  id: 'restarted',
  name: 'restarts',
  applies: ({ attempts }) => attempts.length > 0,
  canTell: always,
  find: ({ attempts, status, record, isLive }) => {
    const ended = attempts.filter(({ endedAt }) => endedAt !== null);
    const last = ended.at(-1);
    const again = isLive ? ended.length : ended.length - 1;
    if (!last || again < 1) return undefined;
    return {
      ...none,
      words: `Its driver ended and was started again, ${again === 1 ? 'once' : `${again} times`}.`,
      details: last.cause ? [`the last ended: ${last.cause.words}`] : [],
      numbers: { restarts: again, lastEndedAt: last.endedAt, cause: last.cause?.code ?? null },
      command: `millrace runs show ${record.run}`,
      likelihood: status.state === 'starting' ? 'likely' : 'aside',
    };
  },
};

const starting: Rule = {
  id: 'starting',
  name: 'still starting',
  applies: ({ isLive }) => isLive,
  canTell: always,
  find: (evidence) => {
    const { status, record, nowMs } = evidence;
    if (status.state !== 'starting' || isWaiting(evidence)) return undefined;
    const forMs = nowMs - Date.parse(record.submittedAt);
    return {
      ...none,
      words: `It is still starting, for ${lasting(forMs)} now.`,
      details: ['first results come some 30 seconds after a submit'],
      numbers: { seconds: Math.round(forMs / 1000) },
      command: 'millrace runs list',
      likelihood: 'certain',
    };
  },
};

const firstBatch: Rule = {
  id: 'first-batch',
  name: 'first batch not done',
  applies: ({ status, record }) => status.state === 'running' && record.kind === 'streaming',
  canTell: ({ waiting, figures }) => waiting !== null || figures.batches > 0,
  find: (evidence) => {
    const { figures, waiting, reads, record, nowMs } = evidence;
    if (figures.batches > 0 || isWaiting(evidence)) return undefined;
    const isUnknown = reads.length === 0;
    if (!waiting && !isUnknown) return undefined;
    return {
      ...none,
      words: isUnknown
        ? 'No batch is committed yet, and what it reads is not told yet.'
        : `Its first batch is not committed yet; ${several(waiting ?? 0, 'record')} ${waiting === 1 ? 'waits' : 'wait'}.`,
      details: [`submitted ${lasting(nowMs - Date.parse(record.submittedAt))} ago`],
      numbers: { waiting },
      likelihood: isUnknown ? 'likely' : 'certain',
    };
  },
};

/** Whether it runs at all. */
export const RUN_RULES = { failed, restarted, starting, firstBatch };
