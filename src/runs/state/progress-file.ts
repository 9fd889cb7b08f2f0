import { type BatchProgress, parseMainProgress, parseProgress } from '../../spark/progress.js';
import type { SharedFiles } from '../../targets/target.js';
import { runPath } from '../record/run-paths.js';
import { ProgressTally } from './progress-tally.js';

/** Read at once: the file grows by more than 100 MB a day, and that of a few days fits in no string. */
const PART_BYTES = 400_000;

/** What a job's queries did, a line for each micro-batch; restarted drivers go on in the same file. */
export function progressPath(run: string): string {
  return runPath(run, 'progress.ndjson');
}

/** What the batches of a run come to; every reading goes on where the one before ended. */
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

/** The batches of the query `topic` from the newest back, part by part; those of a part stand in the order of the file. */
export async function* readMainProgressBack(data: SharedFiles, run: string): AsyncGenerator<BatchProgress[]> {
  const path = progressPath(run);
  let { text, nextByte } = await data.tail(path, -PART_BYTES);
  let begin = nextByte - Buffer.byteLength(text);
  yield parseMainProgress(text);
  while (begin > 0) {
    const from = Math.max(0, begin - PART_BYTES);
    ({ text, nextByte } = await data.tail(path, from, begin - from));
    // A line that is longer than a part is passed over: what was read for it may have been given already.
    const own = nextByte > begin ? '' : text;
    // The byte may be inside a line, which the next part then has as a whole.
    const lines = from === 0 ? own : own.slice(own.indexOf('\n') + 1);
    begin = lines === '' ? from : nextByte - Buffer.byteLength(lines);
    yield parseMainProgress(lines);
  }
}
