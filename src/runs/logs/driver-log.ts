import type { SharedFiles } from '../../targets/target.js';
import { attemptsFolder, driverLogPath } from '../record/run-paths.js';
import type { RunLog, RunLogLine } from './run-log.js';

const LINE_BYTES = 256;

/** The log of a run's driver. At a restart the log is moved to the folder of its attempt, and a new one begins. */
export class DriverLog implements RunLog {
  readonly lookEveryMs = 300;
  private nextByte = 0;
  /** The newest attempt whose log has been moved. */
  private moved = 0;

  constructor(
    private readonly data: SharedFiles,
    private readonly run: string,
    private readonly attempt?: number,
  ) {}

  async last(lines: number): Promise<readonly RunLogLine[]> {
    this.moved = (await this.movedSince(0)).at(-1) ?? 0;
    const { text, nextByte } = await readEnd(this.data, driverLogPath(this.run, this.attempt), lines);
    if (this.attempt === undefined && (await this.movedSince(this.moved)).length > 0) return this.last(lines);
    this.nextByte = nextByte;
    return toLines(text).slice(-lines);
  }

  async next(): Promise<readonly RunLogLine[]> {
    const moved = await this.movedSince(this.moved);
    const lines: RunLogLine[] = [];
    for (const attempt of moved) {
      lines.push(...toLines((await this.data.tail(driverLogPath(this.run, attempt), this.nextByte)).text));
      [this.moved, this.nextByte] = [attempt, 0];
    }
    const { text, nextByte } = await this.data.tail(driverLogPath(this.run), this.nextByte);
    // The log was moved between the two looks: these lines may be of either log. The next look reads both.
    if ((await this.movedSince(this.moved)).length > 0) return lines;
    this.nextByte = nextByte;
    return [...lines, ...toLines(text)];
  }

  /** An attempt's folder may be there before the log is moved into it. */
  private async movedSince(attempt: number): Promise<number[]> {
    const folder = attemptsFolder(this.run);
    const later = (await this.data.list(folder)).map(Number).filter((number) => number > attempt);
    const has = async (number: number) => (await this.data.list(`${folder}/${number}`)).includes('driver.log');
    const found = await Promise.all(later.map(async (number) => ((await has(number)) ? [number] : [])));
    return found.flat().sort((a, b) => a - b);
  }
}

/** At least this many lines from the end, if there are so many; the log of a run of several days is too long to read whole. */
async function readEnd(data: SharedFiles, path: string, lines: number): Promise<{ text: string; nextByte: number }> {
  for (let bytes = lines * LINE_BYTES; ; bytes *= 4) {
    const end = await data.tail(path, -bytes);
    if (toLines(end.text).length >= lines || bytes > 2 * end.nextByte) return end;
  }
}

function toLines(text: string): RunLogLine[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => ({ source: 'driver', line }));
}
