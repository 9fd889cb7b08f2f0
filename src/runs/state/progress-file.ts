import { type BatchProgress, parseMainProgress, parseProgress } from '../../spark/progress.js';
import type { SharedFiles } from '../../targets/target.js';
import { runPath } from '../record/run-paths.js';
import { ProgressTally } from './progress-tally.js';

/** How much is read at a time: the file grows by more than 100 MB a day, and after some days no string can hold it. */
const PART_BYTES = 400_000;

/** Has a line for each micro-batch of a job's queries. A restarted driver appends to the same file. */
export function progressPath(run: string): string {
  return runPath(run, 'progress.ndjson');
}

/** Sums up the batches of a run. Each `read` goes on where the one before it ended. */
export class ProgressReader {
  private readonly tally = new ProgressTally();
  private nextByte = 0;

  constructor(
    private readonly data: SharedFiles,
    private readonly run: string,
  ) {}

  async read(): Promise<ProgressTally> {
    for (;;) {
      const { text, nextByte } = await this.data.tail(progressPath(this.run), this.nextByte, PART_BYTES);
      this.nextByte = nextByte;
      if (text === '') return this.tally;
      this.tally.add(parseProgress(text));
    }
  }
}

/** The newest batches of all queries: enough for a minute at the shortest trigger. */
export async function readNewestProgress(data: SharedFiles, run: string): Promise<BatchProgress[]> {
  return parseProgress((await data.tail(progressPath(run), -PART_BYTES)).text);
}

/** The batches of the query `topic` in parts, from the newest part back. Within a part the oldest batch comes first. */
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
