import { identifyProcess, type ProcessIdentity } from '../../src/project/process-identity.js';
import type { DriverAttempt, Supervision } from '../../src/runs/state/supervision.js';

/** A process that ran before the machine was restarted. */
export const DEAD: ProcessIdentity = { pid: 2 ** 30, startTime: 'long ago' };

/** A process that ran since then, and was killed. */
export const KILLED: ProcessIdentity = {
  pid: 2 ** 30,
  startTime: (identifyProcess(process.pid) as ProcessIdentity).startTime.replace(/:\d+$/, ':1'),
};

/** What a supervisor (this process, unless told otherwise) has written of a run, with what a test wants to be different. */
export function makeSupervision(some: Partial<Supervision> = {}): Supervision {
  const supervisor = identifyProcess(process.pid) as ProcessIdentity;
  return { supervisor, phase: 'watching', note: null, attempts: [], countedFrom: 0, verdict: null, ...some };
}

/** A driver that runs, with what a test wants to be different. */
export function makeAttempt(some: Partial<DriverAttempt> = {}): DriverAttempt {
  const startedAt = '2026-11-24T10:00:00.000Z';
  return { number: 1, startedAt, endedAt: null, exitCode: null, application: null, cause: null, ...some };
}
