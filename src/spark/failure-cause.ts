import { findCause, lastAttempt } from './driver-log.js';
import { FAILURE_SIGNS, type FailureCause, KILLED, LOST, OUT_OF_MEMORY } from './failure-signs.js';

export { explainExecutorLoss, type FailureCause } from './failure-signs.js';

const OUT_OF_MEMORY_EXIT = 3; // of a JVM with -XX:+ExitOnOutOfMemoryError
const KILLED_EXIT = 137;

/**
 * Why a driver has ended, from its log and its exit code (null: there is none). Only the last attempt in the log counts, and of
 * it only the text from the failure on: before that are warnings of problems that it survived.
 */
export function explainDriverEnd(log: string, exitCode: number | null): FailureCause {
  const attempt = lastAttempt(log);
  if (exitCode === 143)
    return { code: 'terminated', words: 'ended from outside (143)', isTransient: false, cure: null };
  if (exitCode === 130) return { code: 'interrupted', words: 'interrupted (130)', isTransient: false, cure: null };
  const isOutOfMemory = OUT_OF_MEMORY.pattern.test(attempt) || exitCode === OUT_OF_MEMORY_EXIT;
  if (isOutOfMemory) return OUT_OF_MEMORY.cause(exitCode);
  // Python only reports a broken connection after its JVM was killed.
  if (exitCode === KILLED_EXIT) return KILLED;
  const failure = failureText(attempt);
  if (exitCode === null && failure === undefined) return LOST;
  return readSigns(failure ?? attempt, attempt) ?? otherCause(attempt);
}

function readSigns(failure: string, attempt: string): FailureCause | undefined {
  for (const { pattern, cause } of FAILURE_SIGNS) {
    const match = pattern.exec(failure);
    if (match) return cause(match, attempt);
  }
  return undefined;
}

function otherCause(attempt: string): FailureCause {
  return { code: 'other', words: findCause(attempt), isTransient: false, cure: null };
}

/** Queries fail one after the other: the first has the reason, and Python reports the last. */
function failureText(attempt: string): string | undefined {
  const first = attempt.search(/^.*\bMicroBatchExecution: Query .* terminated with error$/m);
  if (first >= 0) return attempt.slice(first);
  const begins = ['\nTraceback (most recent call last):', '\n  File "', '\nThe stream ended with an error: '];
  const [last] = begins.map((begin) => attempt.lastIndexOf(begin)).filter((at) => at >= 0);
  return last === undefined ? undefined : attempt.slice(last);
}
