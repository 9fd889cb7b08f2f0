import { type BatchProgress, parseMainProgress, parseProgress } from '../../spark/progress.js';
import type { SharedFiles } from '../../targets/target.js';
import { runPath } from '../record/run-paths.js';
import { ProgressTally } from './progress-tally.js';

/** How much of the file of an earlier version is read at a time: that grew by more than 100 MB a day. */
const PART_BYTES = 400_000;
/** More than the script leaves in the file. */
const NEWEST_BYTES = 500_000;
/** A line mostly has 3 to 6 kB; a topic of many partitions makes longer ones. */
const LINE_BYTES = 50_000;
const LONGEST_LINE_BYTES = 50_000_000;

/**
 * Has a line for each of the newest micro-batches of a job's queries, and in each line the sums over all before it. A restarted
 * driver appends to the same file, and replaces it by its newest lines when it has become too long.
 */
export function progressPath(run: string): string {
  return runPath(run, 'progress.ndjson');
}

/** The sums over all batches of a run, from the newest line; undefined for a file of an earlier version, and before the first batch. */
export async function readTally(data: SharedFiles, run: string): Promise<ProgressTally | undefined> {
  for (let bytes = LINE_BYTES; bytes <= LONGEST_LINE_BYTES; bytes *= 10) {
    const { text, nextByte } = await data.tail(progressPath(run), -bytes);
    // Only the end of the file can be half a line, or what a power cut has left.
    for (const line of text.split('\n').reverse()) {
      const tally = ProgressTally.parse(line);
      if (tally) return tally;
    }
    if (text !== '' || nextByte === 0) return undefined;
  }
  return undefined;
}

/** Sums up the batches of a run. In a file of an earlier version each `read` goes on where the one before it ended. */
export class ProgressReader {
  private readonly ofEarlierVersion = new ProgressTally();
  private nextByte = 0;

  constructor(
    private readonly data: SharedFiles,
    private readonly run: string,
  ) {}

  async read(): Promise<ProgressTally> {
    return (await readTally(this.data, this.run)) ?? this.addUp();
  }

  private async addUp(): Promise<ProgressTally> {
    for (;;) {
      const { text, nextByte } = await this.data.tail(progressPath(this.run), this.nextByte, PART_BYTES);
      this.nextByte = nextByte;
      if (text === '') return this.ofEarlierVersion;
      this.ofEarlierVersion.add(parseProgress(text));
    }
  }
}

/** The newest batches of all queries: at least those of a minute at a trigger of one second. */
export async function readNewestProgress(data: SharedFiles, run: string): Promise<BatchProgress[]> {
  return parseProgress((await data.tail(progressPath(run), -NEWEST_BYTES)).text);
}

/** The batches of the query `topic` in a file of an earlier version, in parts, from the newest part back. Within a part the oldest batch comes first. */
export async function* readMainProgressBack(data: SharedFiles, run: string): AsyncGenerator<BatchProgress[]> {
  const path = progressPath(run);
  let { text, nextByte } = await data.tail(path, -PART_BYTES);
  let begin = nextByte - Buffer.byteLength(text);
  yield parseMainProgress(text);
  while (begin > 0) {
    const from = Math.max(0, begin - PART_BYTES);
    ({ text, nextByte } = await data.tail(path, from, begin - from));
    // A line that is longer than a part is skipped: its text may reach into a part that was returned before.
    const own = nextByte > begin ? '' : text;
    // `from` may be in the middle of a line; the next part then has the whole line.
    const lines = from === 0 ? own : own.slice(own.indexOf('\n') + 1);
    begin = lines === '' ? from : nextByte - Buffer.byteLength(lines);
    yield parseMainProgress(lines);
  }
}
