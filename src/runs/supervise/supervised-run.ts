import { setTimeout as sleep } from 'node:timers/promises';
import { MillraceError } from '../../errors.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { homeOf } from '../../project/project-home.js';
import type { Target } from '../../targets/target.js';
import { type RunRecord, readRunIfThere } from '../record/run-record.js';
import { hasStopMarker } from '../state/run-files.js';
import { type DriverAttempt, type Supervision, updateSupervision, type Verdict } from '../state/supervision.js';
import { countRestarts } from './restart-policy.js';
import { superviseErrors } from './supervise-errors.js';

export interface SuperviseOptions {
  readonly target: Target;
  readonly project: ProjectFolder;
  readonly run: string;
  readonly signal: AbortSignal;
  /** The service that a new driver needs and that is missing, in words. */
  readonly missing?: (target: Target) => Promise<string | undefined>;
  readonly timing?: SupervisorTiming;
}

/** How often a supervisor looks, and a factor for its pauses before restarts. */
export interface SupervisorTiming {
  readonly driverEveryMs: number;
  readonly queueEveryMs: number;
  readonly servicesEveryMs: number;
  readonly pauseTimes: number;
}

const TIMING: SupervisorTiming = { driverEveryMs: 500, queueEveryMs: 1_000, servicesEveryMs: 2_000, pauseTimes: 1 };

/** A run as its supervisor knows it: its record, and the supervision that was written last. */
export class SupervisedRun {
  readonly target: Target;
  readonly id: string;
  readonly timing: SupervisorTiming;
  private readonly projectId: string;

  constructor(
    readonly options: SuperviseOptions,
    readonly record: RunRecord,
    private written: Supervision,
  ) {
    this.target = options.target;
    this.id = options.run;
    this.timing = options.timing ?? TIMING;
    this.projectId = homeOf(options.project.state).id;
  }

  get supervision(): Supervision {
    return this.written;
  }

  get attempt(): DriverAttempt | undefined {
    return this.written.attempts.at(-1);
  }

  /** Restarts since the last healthy attempt, or since the user started the run again. */
  get restartsUsed(): number {
    return countRestarts(this.written.attempts.slice(this.written.countedFrom));
  }

  /** Asked by the stop marker. A deleted record counts, too: no command could find the run any more. */
  async isStopAsked(): Promise<boolean> {
    if ((await readRunIfThere(this.options.project, this.id)) === undefined) return true;
    return unlessUnreachable(
      () => hasStopMarker(this.target, this.id),
      () => false,
    );
  }

  async update(changes: Partial<Supervision>): Promise<void> {
    const next = { ...this.written, ...changes };
    if (JSON.stringify(next) === JSON.stringify(this.written)) return;
    this.written = next;
    this.endIfLeftBehind();
    await updateSupervision(this.options.project, this.id, next);
  }

  async updateAttempt(changes: Partial<DriverAttempt>): Promise<void> {
    const { attempt } = this;
    if (attempt) await this.update({ attempts: [...this.written.attempts.slice(0, -1), { ...attempt, ...changes }] });
  }

  async end({ state, exitCode, cause }: Omit<Verdict, 'at'>): Promise<void> {
    await this.update({ note: null, verdict: { state, exitCode, cause, at: new Date().toISOString() } });
  }

  async sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.options.signal });
    this.endIfLeftBehind();
  }

  /**
   * If the project's folder was moved, this supervisor cannot find it. It must not write to the old path, where there may be
   * another project by now.
   */
  private endIfLeftBehind(): void {
    if (homeOf(this.options.project.state).id !== this.projectId) throw superviseErrors.LEFT_BEHIND({ run: this.id });
  }
}

/** Expected errors must not end a supervisor: for example, an engine that is restarted answers again later. */
export async function unlessUnreachable<T>(
  work: () => Promise<T>,
  otherwise: (why: string) => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error;
    return otherwise(error.message);
  }
}
