import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MillraceError } from '../../errors.js';
import { withLock } from '../../project/lock.js';
import { identifyProcess } from '../../project/process-identity.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { explainFailure } from '../../spark/failure-cause.js';
import type { DriverState, Target } from '../../targets/target.js';
import { ClusterNotRunningError } from '../../targets/target-errors.js';
import { readLogEnd } from '../logs/driver-log.js';
import { type RunRecord, readRun } from '../run-record.js';
import { hasStopMarker } from '../run-state.js';
import { AVAILABLE_NOW } from '../submit/run-plan.js';
import { missingService } from './missing-service.js';
import { countRestarts, type Decision, decide } from './restart-policy.js';
import { RunWatcher } from './run-watcher.js';
import {
  type Attempt,
  type EndState,
  type RunCause,
  readSupervision,
  type Supervision,
  writeSupervision,
} from './supervision.js';
import { takeRoom } from './take-room.js';

const LOOK_EVERY_MS = 500;
const LOOK_AT_QUEUE_EVERY_MS = 1_000;
const LOOK_FOR_SERVICES_EVERY_MS = 2_000;
const SERVICES_BACK_WITHIN_MS = 30 * 60_000;
/** An engine that does not answer for so long has taken the driver with it. */
const SEEN_AGAIN_WITHIN_MS = 5 * 60_000;

export interface SuperviseOptions {
  readonly target: Target;
  readonly project: ProjectFolder;
  readonly run: string;
  readonly signal: AbortSignal;
  /** What a new driver would miss, in words. */
  readonly missing?: (target: Target) => Promise<string | undefined>;
}

/**
 * Looks after one run until it has ended for good: waits for cores where it is queued, launches the driver, watches it, and
 * starts it again from its checkpoint. A driver that runs already is taken over.
 * @throws LockedError when somebody looks after it already
 */
export async function superviseRun(options: SuperviseOptions): Promise<void> {
  const { target, project, run } = options;
  const record = await readRun(project, target.name, run);
  const lock = join(project.state, 'locks', `supervise-${run}.lock`);
  await withLock(lock, { command: `the supervisor of ${run}` }, async () => {
    const before = await readSupervision(project, run);
    if (before && !before.verdict) await new Supervisor(options, record, before).run();
  });
}

class Supervisor {
  private readonly watcher: RunWatcher;

  constructor(
    private readonly options: SuperviseOptions,
    private readonly record: RunRecord,
    private state: Supervision,
  ) {
    this.watcher = new RunWatcher(options.target, record);
  }

  async run(): Promise<void> {
    await this.update({ supervisor: identifyProcess(process.pid) ?? this.state.supervisor });
    const isAdopting = this.attempt?.endedAt === null;
    if (!isAdopting && !(await this.waitForRoom())) return this.end({ state: 'stopped', exitCode: null, cause: null });
    let decision = await this.attemptOnce(isAdopting);
    while (decision.next === 'restart') {
      const obstacle = await this.pause(decision);
      if (obstacle) return this.end({ ...obstacle, exitCode: this.attempt?.exitCode ?? null });
      decision = await this.attemptOnce(false);
    }
    await this.end({ ...decision, exitCode: this.attempt?.exitCode ?? null });
  }

  private get attempt(): Attempt | undefined {
    return this.state.attempts.at(-1);
  }

  /** Returns false when the run was stopped while it was queued. */
  private async waitForRoom(): Promise<boolean> {
    while (this.state.phase === 'queued') {
      if (await this.isStopAsked()) return false;
      const note = await this.unlessSilent(
        () => takeRoom(this.options, this.record, () => this.update({ phase: 'launching', note: null })),
        (why) => `cannot look for cores: ${why}`,
      );
      if (note === null) break;
      await this.update({ note });
      await this.sleep(LOOK_AT_QUEUE_EVERY_MS);
    }
    return true;
  }

  private async attemptOnce(isAdopting: boolean): Promise<Decision> {
    const failure = isAdopting ? undefined : await this.launch();
    const exitCode = failure ? null : exitCodeOf(await this.watch());
    const cause = failure ?? explainFailure(await readLogEnd(this.options.target.data, this.options.run), exitCode);
    const decision = decide({
      exitCode,
      cause,
      isStopAsked: await this.isStopAsked(),
      isStream: this.record.kind === 'streaming',
      isEndless:
        this.record.kind === 'streaming' && this.record.script === null && this.record.trigger !== AVAILABLE_NOW,
      hasWorked: await this.watcher.hasWorked(this.attempt?.application ?? null),
      restartsAllowed: this.record.restarts,
      restartsUsed: countRestarts(this.state.attempts.slice(this.state.countedFrom)),
    });
    await this.updateAttempt({ endedAt: new Date().toISOString(), exitCode, cause: decision.cause });
    return decision;
  }

  /** Returns why there is no driver, where there is none; one that has been there before may only be slow to come back. */
  private async launch(): Promise<RunCause | undefined> {
    const { target, run } = this.options;
    await this.clearAway();
    const number = (this.attempt?.number ?? 0) + 1;
    const attempt = { number, startedAt: new Date().toISOString(), endedAt: null, exitCode: null, application: null };
    await this.update({
      phase: 'launching',
      note: null,
      attempts: [...this.state.attempts, { ...attempt, cause: null }],
    });
    try {
      const { environment } = await target.drivers.submitClient();
      await target.drivers.launch(run, this.record.command, { ...environment, ...this.record.environment });
      return undefined;
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error;
      return { code: 'not-launched', words: error.message, isTransient: number > 1, cure: error.hint };
    }
  }

  /** What the attempt before left: its files make room for the next one's, and stay. A run that had nothing to read left some too. */
  private async clearAway(): Promise<void> {
    const { data } = this.options.target;
    const folder = `runs/${this.options.run}`;
    const number = this.attempt?.number ?? 0;
    const names = await data.list(folder);
    for (const name of ['driver.json', 'exit.json', 'application.json', 'driver.log']) {
      if (names.includes(name)) await data.rename(`${folder}/${name}`, `${folder}/attempts/${number}/${name}`);
    }
    this.watcher.beginAnew();
  }

  private async watch(): Promise<DriverState> {
    let seenAt = Date.now();
    for (;;) {
      const driver = await this.find();
      if (driver) {
        seenAt = Date.now();
        if (driver.state !== 'running') return driver;
        await this.observe();
      } else if (Date.now() - seenAt > SEEN_AGAIN_WITHIN_MS) return { state: 'lost' };
      await this.sleep(LOOK_EVERY_MS);
    }
  }

  /** Undefined while the place where drivers run cannot be looked at. */
  private find(): Promise<DriverState | undefined> {
    const { target, run } = this.options;
    return this.unlessSilent(
      () => target.drivers.find(run),
      async (why) => {
        await this.update({ note: `its driver cannot be seen: ${why}` });
        return undefined;
      },
    );
  }

  /** An engine that is restarted answers again: its silence must not end the looking after. */
  private async unlessSilent<T>(work: () => Promise<T>, otherwise: (why: string) => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error;
      return otherwise(error.message);
    }
  }

  private async observe(): Promise<void> {
    const seen = await this.unlessSilent(
      () => this.watcher.look(this.attempt?.application ?? null),
      () => undefined,
    );
    if (!seen) return;
    if (seen.application !== null && this.attempt?.application !== seen.application) {
      await this.updateAttempt({ application: seen.application });
    }
    await this.update({ note: seen.note, phase: seen.isRegistered ? 'watching' : this.state.phase });
  }

  /** Waits before a restart; returns how the run ends where there is to be none. */
  private async pause({
    afterMs,
    cause,
  }: Extract<Decision, { next: 'restart' }>): Promise<{ state: EndState; cause: RunCause | null } | undefined> {
    const restart = countRestarts(this.state.attempts.slice(this.state.countedFrom)) + 1;
    const why = `restart ${restart} of ${this.record.restarts}: ${cause.words}`;
    await this.update({ phase: 'pausing', note: why });
    for (const until = Date.now() + afterMs; Date.now() < until; await this.sleep(Math.min(afterMs, 250))) {
      if (await this.isStopAsked()) return { state: 'stopped', cause: null };
    }
    return this.waitForServices(why, cause);
  }

  private async waitForServices(why: string, cause: RunCause) {
    const deadline = Date.now() + SERVICES_BACK_WITHIN_MS;
    for (;;) {
      if (await this.isStopAsked()) return { state: 'stopped' as const, cause: null };
      try {
        const missing = await this.missing();
        if (missing === undefined) return undefined;
        if (Date.now() > deadline) return { state: 'failed' as const, cause };
        await this.update({ note: `${why}; waits for ${missing}` });
      } catch (error) {
        if (!(error instanceof ClusterNotRunningError)) throw error;
        return {
          state: 'failed' as const,
          cause: { ...cause, words: `${cause.words}, and the cluster was taken down` },
        };
      }
      await this.sleep(LOOK_FOR_SERVICES_EVERY_MS);
    }
  }

  /** @throws ClusterNotRunningError */
  private async missing(): Promise<string | undefined> {
    try {
      return await (this.options.missing ?? missingService)(this.options.target);
    } catch (error) {
      if (!(error instanceof MillraceError) || error instanceof ClusterNotRunningError) throw error;
      return `an answer: ${error.message}`;
    }
  }

  private isStopAsked(): Promise<boolean> {
    return this.unlessSilent(
      () => hasStopMarker(this.options.target, this.options.run),
      () => false,
    );
  }

  private async end({
    state,
    exitCode,
    cause,
  }: {
    state: EndState;
    exitCode: number | null;
    cause: RunCause | null;
  }): Promise<void> {
    await this.update({ note: null, verdict: { state, exitCode, cause, at: new Date().toISOString() } });
  }

  private async updateAttempt(changes: Partial<Attempt>): Promise<void> {
    const { attempt } = this;
    if (attempt) await this.update({ attempts: [...this.state.attempts.slice(0, -1), { ...attempt, ...changes }] });
  }

  private async update(changes: Partial<Supervision>): Promise<void> {
    const next = { ...this.state, ...changes };
    if (JSON.stringify(next) === JSON.stringify(this.state)) return;
    this.state = next;
    await writeSupervision(this.options.project, this.options.run, next);
  }

  private async sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.options.signal });
  }
}

function exitCodeOf(driver: DriverState): number | null {
  return driver.state === 'ended' ? driver.exitCode : null;
}
