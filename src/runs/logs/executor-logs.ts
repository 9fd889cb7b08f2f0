import type { ExecutorLog } from '../../targets/scheduler.js';
import type { Target } from '../../targets/target.js';
import { driverLogPath } from '../record/run-paths.js';
import { readApplication, readLogStart } from '../state/run-files.js';
import type { RunLog, RunLogLine } from './run-log.js';

interface ReadSoFar {
  readonly nextByte: number;
  /** The beginning of a line that is not complete yet. */
  readonly rest: string;
  /** The end of what was read, by which the place is found again after the scheduler has deleted an earlier part of the log. */
  readonly newest: string;
}

const NOTHING: ReadSoFar = { nextByte: 0, rest: '', newest: '' };
const NEWEST_LENGTH = 1_000;
const FIND_WITHIN_BYTES = 1_000_000;

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
      const before = this.readSoFar.get(key) ?? NOTHING;
      const more = await readOn(log, before);
      if (!more || more.nextByte === before.nextByte) return lines;
      const whole = `${before.rest}${more.text}`.split('\n');
      const newest = `${before.newest}${more.text}`.slice(-NEWEST_LENGTH);
      this.readSoFar.set(key, { nextByte: more.nextByte, rest: whole.pop() ?? '', newest });
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
    const { data, scheduler } = this.target;
    const log = (await data.read(driverLogPath(this.run, this.attempt))) ?? '';
    return (
      scheduler.findApplicationId(log) ?? scheduler.findApplicationId(await readLogStart(data, this.run, this.attempt))
    );
  }
}

/** What comes after that, also in a log that has become shorter at its beginning. */
async function readOn(log: ExecutorLog, { nextByte, newest }: ReadSoFar): ReturnType<ExecutorLog['read']> {
  const more = await log.read(nextByte);
  if (!more || more.nextByte >= nextByte) return more;
  const end = await log.read(Math.max(0, more.nextByte - FIND_WITHIN_BYTES));
  const place = end?.text.lastIndexOf(newest) ?? -1;
  return end && { ...end, text: place < 0 ? end.text : end.text.slice(place + newest.length) };
}
