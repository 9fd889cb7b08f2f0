import type { Reporter } from '../../report/reporter.js';

/** The default watermark of windowed-news: it drops what is older than the newest event by more than this. */
export const WATERMARK_MS = 2 * 3_600_000;

/** The words for a warning of late records. */
export interface LateWords {
  /** `stories`. */
  readonly many: string;
  /** The job that drops them: `windowed-news`. */
  readonly reader: string;
  readonly remedy: string;
}

/** Warns once of records so much older than the topic's newest that a stream which has read the newest drops them. */
export class LateRecords {
  private hasWarned = false;

  /** @param newestEventMs the newest event time in the topic */
  constructor(
    private newestEventMs: number,
    private readonly report: Reporter,
    private readonly words: LateWords,
  ) {}

  /** @param eventMs the event time of the record that is published next */
  look(eventMs: number): void {
    if (!this.hasWarned && eventMs < this.newestEventMs - WATERMARK_MS) this.warn(eventMs);
    this.newestEventMs = Math.max(this.newestEventMs, eventMs);
  }

  private warn(eventMs: number): void {
    const { many, reader, remedy } = this.words;
    this.hasWarned = true;
    this.report.warn(
      `${many} of ${minute(eventMs)} are more than 2 hours older than the newest of the topic, ${minute(this.newestEventMs)}: ` +
        `a ${reader} that has read that one drops them as late; ${remedy}`,
    );
  }
}

function minute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
