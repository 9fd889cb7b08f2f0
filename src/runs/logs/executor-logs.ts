import { findApplicationId } from '../../spark/logged-progress.js';
import { type ExecutorFile, readExecutorLog, readExecutors } from '../../targets/standalone/worker.js';
import type { Target } from '../../targets/target.js';
import { readApplication } from '../run-state.js';
import { driverLogPath } from './driver-log.js';
import type { RunLog, RunLogLine } from './run-log.js';

interface ExecutorPlace extends ExecutorFile {
  /** The page of its worker, as this machine reaches it. */
  readonly ui: string;
}

interface ReadSoFar {
  readonly nextByte: number;
  /** The beginning of a line whose end is not written yet. */
  readonly rest: string;
}

/** What the executors of a run's application wrote to stderr, asked of the workers' pages. */
export class ExecutorLogs implements RunLog {
  /** Every look asks all workers, and in Docker the engine for them. */
  readonly lookEveryMs = 1_000;
  private readonly readSoFar = new Map<string, ReadSoFar>();
  private application: string | undefined;

  constructor(
    private readonly target: Target,
    private readonly run: string,
    private readonly attempt?: number,
  ) {}

  async last(lines: number): Promise<readonly RunLogLine[]> {
    await this.target.addresses(); // workers that do not run have no pages
    return this.read(lines);
  }

  next(): Promise<readonly RunLogLine[]> {
    return this.read(Number.POSITIVE_INFINITY);
  }

  /** At most so many lines of each, the newest. */
  private async read(most: number): Promise<RunLogLine[]> {
    const lines: RunLogLine[] = [];
    for (const place of await this.places()) {
      const source = `executor-${place.executor}`;
      lines.push(...(await this.readOne(place, most)).map((line) => ({ source, line })));
    }
    return lines;
  }

  private async readOne(place: ExecutorPlace, most: number): Promise<string[]> {
    const key = `${place.application}/${place.executor}`;
    let lines: string[] = [];
    for (;;) {
      const { nextByte, rest } = this.readSoFar.get(key) ?? { nextByte: 0, rest: '' };
      const more = await readExecutorLog(place.ui, place, nextByte);
      if (!more || more.nextByte <= nextByte) return lines;
      const whole = `${rest}${more.text}`.split('\n');
      this.readSoFar.set(key, { nextByte: more.nextByte, rest: whole.pop() ?? '' });
      lines = lines.concat(whole);
      if (lines.length > most) lines = lines.slice(-most);
    }
  }

  private async places(): Promise<ExecutorPlace[]> {
    const application = await this.findApplication();
    const services = (await this.target.services?.status()) ?? [];
    const workers = services.filter(({ name }) => name.startsWith('worker-'));
    const found = await Promise.all(
      workers.map(async ({ ui }) => {
        const executors = ui === null ? [] : ((await readExecutors(ui)) ?? []);
        const ours = executors.filter((executor) => executor.application === application);
        return ours.map(({ executor }) => ({
          ui: ui ?? '',
          application: application ?? '',
          executor,
          file: 'stderr' as const,
        }));
      }),
    );
    return found.flat().sort((a, b) => a.executor - b.executor);
  }

  /** A restart makes a new application; the script of a stream tells of it, others are known by their log alone. */
  private async findApplication(): Promise<string | undefined> {
    const told = this.attempt === undefined ? await readApplication(this.target, this.run) : undefined;
    this.application = told?.id ?? this.application ?? (await this.findInLog());
    return this.application;
  }

  private async findInLog(): Promise<string | undefined> {
    const log = (await this.target.data.read(driverLogPath(this.run, this.attempt))) ?? '';
    return findApplicationId(log);
  }
}
