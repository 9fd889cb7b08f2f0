import type { SchedulerLook } from '../../targets/scheduler.js';
import type { Target } from '../../targets/target.js';
import { driverLogPath } from '../record/run-paths.js';
import type { RunRecord } from '../record/run-record.js';
import { progressPath } from '../state/progress-file.js';
import { readApplication } from '../state/run-files.js';
import { describeOwnMaster } from '../state/supervision.js';
import { describeNeed, describeNoAnswer, describeRoom, findRoom } from './executor-room.js';

const LOOK_EVERY_MS = 2_000;

export interface DriverView {
  readonly application: string | null;
  /** The scheduler knows the application, and counts its cores. */
  readonly isRegistered: boolean;
  /** The master that the script has chosen itself. */
  readonly ownMaster: string | undefined;
  /** What the run waits for, in words. */
  readonly note: string | null;
}

/** Looks at one driver of a run every two seconds, at the scheduler and in its log. */
export class RunWatcher {
  private logByte = 0;
  private lookedAt = 0;
  private ownMaster: string | undefined;

  constructor(
    private readonly target: Target,
    private readonly record: RunRecord,
  ) {}

  /** Undefined if the last look was less than two seconds ago. */
  async look(application: string | null): Promise<DriverView | undefined> {
    if (Date.now() - this.lookedAt < LOOK_EVERY_MS) return undefined;
    this.lookedAt = Date.now();
    const id = application ?? (await this.findApplication());
    if (this.ownMaster !== undefined) return this.besideTheCluster(this.ownMaster);
    const look = await this.target.scheduler.look();
    const registered = look?.applications.find((known) => known.id === id || known.name === this.record.run);
    return {
      application: id ?? registered?.id ?? null,
      isRegistered: registered !== undefined,
      ownMaster: undefined,
      note: this.describe(look, registered?.cores),
    };
  }

  /** For a script that ended before it was looked at: the master that it chose itself. */
  async findOwnMaster(): Promise<string | undefined> {
    if (this.record.script !== null && this.ownMaster === undefined) await this.findApplication();
    return this.ownMaster;
  }

  private besideTheCluster(ownMaster: string): DriverView {
    return { application: null, isRegistered: false, ownMaster, note: describeOwnMaster(ownMaster) };
  }

  /** Whether it has done a part of its work. A job's stream needs a micro-batch for that, anything else an application. */
  async hasWorked(application: string | null): Promise<boolean> {
    const { kind, script, run } = this.record;
    if (kind === 'batch' || script !== null) return application !== null || this.ownMaster !== undefined;
    return (await this.target.data.tail(progressPath(run), -100_000)).text !== '';
  }

  private async findApplication(): Promise<string | null> {
    const { run, script, addresses } = this.record;
    const written = await readApplication(this.target, run);
    if (written) return written.id;
    const { text, nextByte } = await this.target.data.tail(driverLogPath(run), this.logByte);
    this.logByte = nextByte;
    if (script !== null) this.ownMaster ??= this.target.scheduler.findOwnMaster(text, addresses.master);
    return this.target.scheduler.findApplicationId(text) ?? null;
  }

  private describe(look: SchedulerLook | undefined, cores: number | undefined): string | null {
    if (!look) return describeNoAnswer(this.target);
    if (cores !== 0) return null;
    const { resources } = this.record;
    const need = `waits for executors: it needs ${describeNeed(resources)}`;
    const room = findRoom(look, resources);
    return room === 'not told' ? need : `${need}, and ${describeRoom(room)}`;
  }
}
