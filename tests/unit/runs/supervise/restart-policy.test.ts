import type { RunCause } from '../../../../src/runs/state/supervision.js';
import { type AttemptEnd, countRestarts, decide } from '../../../../src/runs/supervise/restart-policy.js';

const cause = (code: RunCause['code'], isTransient: boolean): RunCause => ({
  code,
  isTransient,
  words: code,
  cure: null,
});
const OTHER = cause('other', false);
const GONE = cause('broker-gone', true);
const LOST = cause('lost', true);
const TERMINATED = cause('terminated', false);
const INTERRUPTED = cause('interrupted', false);

/** A stream that has failed after its first batch, with the changes that a test needs. */
const end = (some: Partial<AttemptEnd>): AttemptEnd => ({
  exitCode: 1,
  cause: OTHER,
  isStopAsked: false,
  isStream: true,
  isEndless: true,
  hasWorked: true,
  restartsAllowed: 5,
  restartsUsed: 0,
  ...some,
});

describe('decide', () => {
  test.each<[string, Partial<AttemptEnd>]>([
    ['ended well', { exitCode: 0 }],
    ['was ended by our SIGTERM', { exitCode: 143, cause: TERMINATED }],
    ['was killed', { exitCode: 137, cause: cause('killed', true) }],
    ['left no exit code', { exitCode: null, cause: LOST }],
    ['failed while it stopped', { exitCode: 1, cause: GONE }],
  ])('a run that was asked to stop and %s has stopped, without a cause', (_, some) => {
    expect(decide(end({ ...some, isStopAsked: true }))).toEqual({ next: 'end', state: 'stopped', cause: null });
  });

  test('a run that is not endless and ended with 0 has succeeded', () => {
    const succeeded = { next: 'end', state: 'succeeded', cause: null };
    expect(decide(end({ exitCode: 0, isEndless: false, hasWorked: false }))).toEqual(succeeded);
  });

  test.each<[string, Partial<AttemptEnd>, RunCause['code']]>([
    ['an endless stream that ended with 0', { exitCode: 0 }, 'ended-unasked'],
    [
      'one that somebody ended before its first batch',
      { exitCode: 143, cause: TERMINATED, hasWorked: false },
      'ended-unasked',
    ],
    ['one that somebody interrupted', { exitCode: 130, cause: INTERRUPTED }, 'ended-unasked'],
    ['what failed for a passing reason', { cause: GONE }, 'broker-gone'],
    ['the same before its first batch', { cause: GONE, hasWorked: false }, 'broker-gone'],
    ['the same of a batch that may be repeated', { cause: GONE, isEndless: false }, 'broker-gone'],
    ['what nobody knows the end of', { exitCode: null, cause: LOST, hasWorked: false }, 'lost'],
    ['what failed for an unknown reason after its first batch', {}, 'other'],
  ])('starts again %s', (_, some, code) => {
    const decision = decide(end(some));
    expect(decision).toMatchObject({ next: 'restart', afterMs: 1_000, cause: { code } });
  });

  test.each<[string, Partial<AttemptEnd>, RunCause['code']]>([
    ['what failed for an unknown reason before its first batch', { hasWorked: false }, 'other'],
    ['what would fail in the same way again', { cause: cause('topic-missing', false) }, 'topic-missing'],
    ['what could not be launched', { cause: cause('not-launched', false), exitCode: null }, 'not-launched'],
    [
      'a batch that somebody ended',
      { exitCode: 143, cause: TERMINATED, isStream: false, isEndless: false },
      'terminated',
    ],
    ['what has no restarts', { cause: GONE, restartsAllowed: 0 }, 'broker-gone'],
    ['what has used them up', { cause: GONE, restartsUsed: 5 }, 'broker-gone'],
    ['an endless stream that ends again and again', { exitCode: 0, restartsUsed: 5 }, 'ended-unasked'],
  ])('has failed, for good, %s', (_, some, code) => {
    expect(decide(end(some))).toMatchObject({ next: 'end', state: 'failed', cause: { code } });
  });

  test('a run whose end nobody saw is lost once it has no restarts left', () => {
    const decision = decide(end({ exitCode: null, cause: LOST, restartsUsed: 5 }));
    expect(decision).toEqual({ next: 'end', state: 'lost', cause: LOST });
  });

  test.each([
    [0, 1_000],
    [1, 2_000],
    [2, 4_000],
    [5, 32_000],
    [6, 60_000],
    [2_000, 60_000],
  ])('after %p restarts it waits %p ms', (restartsUsed, afterMs) => {
    expect(decide(end({ cause: GONE, restartsAllowed: 10_000, restartsUsed }))).toMatchObject({ afterMs });
  });
});

describe('countRestarts', () => {
  const minutes = (...lengths: (number | null)[]) =>
    lengths.map((length, number) => {
      const startedAt = Date.UTC(2026, 10, 24, number);
      const endedAt = length === null ? null : new Date(startedAt + length * 60_000).toISOString();
      return { startedAt: new Date(startedAt).toISOString(), endedAt };
    });

  test.each<[string, ReturnType<typeof minutes>, number]>([
    ['there was no driver yet', [], 0],
    ['the first one runs', minutes(null), 0],
    ['the first one has failed', minutes(1), 0],
    ['the second one runs', minutes(1, null), 1],
    ['three failed one after the other', minutes(1, 1, 1), 2],
    ['the second one was well for ten minutes', minutes(1, 10, 1), 1],
    ['it was well for a moment less', minutes(1, 9.99, 1), 2],
    ['the last one was well and has just ended', minutes(1, 1, 30), 0],
    ['each of them was well', minutes(600, 600, 600, 600, 600, 600), 0],
    ['the one that runs has been well for long', minutes(1, 1, null), 2],
  ])('where %s', (_, attempts, restarts) => {
    expect(countRestarts(attempts)).toBe(restarts);
  });
});
