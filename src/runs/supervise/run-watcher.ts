import { findApplicationId } from '../../spark/logged-progress.js';
import type { SchedulerLook } from '../../targets/scheduler.js';
import type { Target } from '../../targets/target.js';
import { driverLogPath } from '../record/run-paths.js';
import type { RunRecord } from '../record/run-record.js';
import { progressPath } from '../state/progress-file.js';
import { readApplication } from '../state/run-files.js';
import { describeNeed, describeRoom, describeSilence, findRoom } from './executor-room.js';

const LOOK_EVERY_MS = 2_000;

export interface DriverView {
  readonly application: string | null;
  /** The scheduler knows the application, so its cores are counted there. */
  readonly isRegistered: boolean;
  /** What the run waits for, in words. */
  readonly note: string | null;
}

/** What can be seen of one driver of a run, at the scheduler and in its log; a look every two seconds. */
export class RunWatcher {
  private logByte = 0;
  private lookedAt = 0;

  constructor(
    private readonly target: Target,
    private readonly record: RunRecord,
  ) {}

  /** Undefined where the last look is not long ago. */
  async look(application: string | null): Promise<DriverView | undefined> {
    if (Date.now() - this.lookedAt < LOOK_EVERY_MS) return undefined;
    this.lookedAt = Date.now();
    const id = application ?? (await this.findApplication());
    const look = await this.target.scheduler.look();
    const registered = look?.applications.find((known) => known.id === id || known.name === this.record.run);
    return {
      application: id ?? registered?.id ?? null,
      isRegistered: registered !== undefined,
      note: this.describe(look, registered?.cores),
    };
  }

  /** Whether it has done a part of its work: a stream a micro-batch, all else whatever an application can do. */
  async hasWorked(application: string | null): Promise<boolean> {
    const { kind, script, run } = this.record;
    if (kind === 'batch' || script !== null) return application !== null;
    return (await this.target.data.tail(progressPath(run), -100_000)).text !== '';
  }

  private async findApplication(): Promise<string | null> {
    const { run } = this.record;
    const told = await readApplication(this.target, run);
    if (told) return told.id;
    const { text, nextByte } = await this.target.data.tail(driverLogPath(run), this.logByte);
    this.logByte = nextByte;
    return findApplicationId(text) ?? null;
  }

  private describe(look: SchedulerLook | undefined, cores: number | undefined): string | null {
    if (!look) return describeSilence(this.target.scheduler);
    if (cores !== 0) return null;
    const { resources } = this.record;
    const need = `waits for executors: it needs ${describeNeed(resources)}`;
    const room = findRoom(look, resources);
    return room === 'not told' ? need : `${need}, and ${describeRoom(room)}`;
  }
}
