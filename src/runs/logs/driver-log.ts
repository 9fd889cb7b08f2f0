import type { SharedFiles } from '../../targets/target.js';
import { attemptsFolder, driverLogPartPath, driverLogPath, logFolder, logPartOf } from '../record/run-paths.js';
import { listLogParts } from '../state/run-files.js';
import type { RunLog, RunLogLine } from './run-log.js';

const LINE_BYTES = 256;

/** Where a reader of the log is. */
interface Place {
  /** The newest part to which the beginning of the log had been moved. */
  readonly part: number;
  /** In the log itself, which goes on in the next part once that is there. */
  readonly nextByte: number;
}

const BEGINNING: Place = { part: 0, nextByte: 0 };

/**
 * The log of a run's driver. At a restart the log is moved to the folder of its attempt, and a new one begins. While the driver runs,
 * the log is moved to a part of it, again and again, and begins again.
 */
export class DriverLog implements RunLog {
  readonly lookEveryMs = 300;
  private place = BEGINNING;
  /** The newest attempt whose log has been moved. */
  private moved = 0;

  constructor(
    private readonly data: SharedFiles,
    private readonly run: string,
    private readonly attempt?: number,
  ) {}

  async last(lines: number): Promise<readonly RunLogLine[]> {
    this.moved = (await this.movedSince(0)).at(-1) ?? 0;
    const part = await this.newestPart();
    const { text, nextByte } = await readEnd(this.data, driverLogPath(this.run, this.attempt), lines);
    const isShort = part > 0 && toLines(text).length < lines;
    const before = isShort ? await readEnd(this.data, driverLogPartPath(this.run, part, this.attempt), lines) : null;
    if (await this.hasMovedOn(part)) return this.last(lines);
    this.place = { part, nextByte };
    return toLines(`${before?.text ?? ''}${text}`).slice(-lines);
  }

  async next(): Promise<readonly RunLogLine[]> {
    const lines: RunLogLine[] = [];
    for (const attempt of await this.movedSince(this.moved)) {
      lines.push(...(await this.readOn(attempt)).lines);
      [this.moved, this.place] = [attempt, BEGINNING];
    }
    const more = await this.readOn();
    // The log was moved between the two looks: these lines may be of either log. The next look reads both.
    if ((await this.movedSince(this.moved)).length > 0) return lines;
    this.place = more.place;
    return [...lines, ...more.lines];
  }

  private async readOn(attempt?: number): Promise<{ lines: RunLogLine[]; place: Place }> {
    let { part, nextByte } = this.place;
    const lines: RunLogLine[] = [];
    for (const next of await listLogParts(this.data, this.run, attempt)) {
      if (next <= part) continue;
      const path = driverLogPartPath(this.run, next, attempt);
      // If there are several new parts, those between are deleted already.
      lines.push(...toLines((await this.data.tail(path, next === part + 1 ? nextByte : 0)).text));
      [part, nextByte] = [next, 0];
    }
    const end = await this.data.tail(driverLogPath(this.run, attempt), nextByte);
    // It has begun again, or is about to, and the next part has what was not read yet.
    if (end.nextByte < nextByte || (await this.isMovingOn(part, attempt))) return { lines, place: { part, nextByte } };
    return { lines: [...lines, ...toLines(end.text)], place: { part, nextByte: end.nextByte } };
  }

  /** `run-driver.sh` copies the log under another name, cuts it, and gives the copy the name of a part. */
  private async isMovingOn(part: number, attempt?: number): Promise<boolean> {
    const names = await this.data.list(logFolder(this.run, attempt));
    return names.includes('driver.log.tmp') || names.some((name) => (logPartOf(name) ?? 0) > part);
  }

  private async newestPart(): Promise<number> {
    return (await listLogParts(this.data, this.run, this.attempt)).at(-1) ?? 0;
  }

  private async hasMovedOn(part: number): Promise<boolean> {
    if (this.attempt !== undefined) return false;
    return (await this.newestPart()) !== part || (await this.movedSince(this.moved)).length > 0;
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
