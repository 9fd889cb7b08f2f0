import type { ExecutorLog } from '../../targets/scheduler.js';
import type { Target } from '../../targets/target.js';
import { driverLogPath } from '../record/run-paths.js';
import { readApplication } from '../state/run-files.js';
import type { RunLog, RunLogLine } from './run-log.js';

interface ReadSoFar {
  readonly nextByte: number;
  /** The beginning of a line that is not complete yet. */
  readonly rest: string;
}

/** What the executors of a run's application wrote to stderr, as the scheduler gives it. */
export class ExecutorLogs implements RunLog {
  /** Longer than for a driver: on some clusters each look asks all workers, and the engine of their containers, too. */
  readonly lookEveryMs = 1_000;
  private readonly readSoFar = new Map<string, ReadSoFar>();
  private application: string | undefined;

  constructor(
    private readonly target: Target,
    private readonly run: string,
    private readonly attempt?: number,
  ) {}

  async last(lines: number): Promise<readonly RunLogLine[]> {
    await this.target.scheduler.address(); // throws if the cluster was taken down: there are no logs then
    return this.read(lines);
  }

  next(): Promise<readonly RunLogLine[]> {
    return this.read(Number.POSITIVE_INFINITY);
  }

  /** The newest lines of each executor, at most this many. */
  private async read(most: number): Promise<RunLogLine[]> {
    const application = await this.findApplication();
    if (application === undefined) return [];
    const lines: RunLogLine[] = [];
    for (const log of await this.target.scheduler.executorLogs(application)) {
      const source = `executor-${log.executor}`;
      lines.push(...(await this.readOne(application, log, most)).map((line) => ({ source, line })));
    }
    return lines;
  }

  private async readOne(application: string, log: ExecutorLog, most: number): Promise<string[]> {
    const key = `${application}/${log.executor}`;
    let lines: string[] = [];
    for (;;) {
      const { nextByte, rest } = this.readSoFar.get(key) ?? { nextByte: 0, rest: '' };
      const more = await log.read(nextByte);
      if (!more || more.nextByte <= nextByte) return lines;
      const whole = `${rest}${more.text}`.split('\n');
      this.readSoFar.set(key, { nextByte: more.nextByte, rest: whole.pop() ?? '' });
      lines = lines.concat(whole);
      if (lines.length > most) lines = lines.slice(-most);
    }
  }

  /** A restart makes a new application. The script of a stream writes its id; for others it is only in the log. */
  private async findApplication(): Promise<string | undefined> {
    const written = this.attempt === undefined ? await readApplication(this.target, this.run) : undefined;
    this.application = written?.id ?? this.application ?? (await this.findInLog());
    return this.application;
  }

  private async findInLog(): Promise<string | undefined> {
    const log = (await this.target.data.read(driverLogPath(this.run, this.attempt))) ?? '';
    return this.target.scheduler.findApplicationId(log);
  }
}
