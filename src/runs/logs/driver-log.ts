import type { SharedFiles } from '../../targets/target.js';
import { attemptsFolder, driverLogPath } from '../record/run-paths.js';
import type { RunLog, RunLogLine } from './run-log.js';

const LINE_BYTES = 256;

/** What a driver wrote; a run that is restarted goes on in a new log, and the one before is moved to its attempt. */
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
    // Moved in between: whose lines these are cannot be told, and the next look finds them all.
    if ((await this.movedSince(this.moved)).length > 0) return lines;
    this.nextByte = nextByte;
    return [...lines, ...toLines(text)];
  }

  /** An attempt's folder may be there before its log. */
  private async movedSince(attempt: number): Promise<number[]> {
    const folder = attemptsFolder(this.run);
    const later = (await this.data.list(folder)).map(Number).filter((number) => number > attempt);
    const has = async (number: number) => (await this.data.list(`${folder}/${number}`)).includes('driver.log');
    const found = await Promise.all(later.map(async (number) => ((await has(number)) ? [number] : [])));
    return found.flat().sort((a, b) => a - b);
  }
}

/** At least so many lines from the end, if there are so many; a log of days is not read as a whole. */
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
