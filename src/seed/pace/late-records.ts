import type { Reporter } from '../../report/reporter.js';

/** The default watermark of windowed-news: what lies further behind the newest event is dropped as late. */
export const WATERMARK_MS = 2 * 3_600_000;

/** How a source speaks of its records that are late. */
export interface LateWords {
  /** `stories`. */
  readonly many: string;
  /** The job that drops them: `windowed-news`. */
  readonly reader: string;
  readonly wayOut: string;
}

/** Says once that records lie so far behind the topic's newest that a stream which has read that one drops them. */
export class LateRecords {
  private isSaid = false;

  /** @param newestEventMs of what the topic holds already */
  constructor(
    private newestEventMs: number,
    private readonly report: Reporter,
    private readonly words: LateWords,
  ) {}

  /** @param eventMs of the record that is published next */
  look(eventMs: number): void {
    if (!this.isSaid && eventMs < this.newestEventMs - WATERMARK_MS) this.warn(eventMs);
    this.newestEventMs = Math.max(this.newestEventMs, eventMs);
  }

  private warn(eventMs: number): void {
    const { many, reader, wayOut } = this.words;
    this.isSaid = true;
    this.report.warn(
      `${many} of ${minute(eventMs)} lie more than 2 hours behind the newest of the topic, ${minute(this.newestEventMs)}: ` +
        `a ${reader} that has read that one drops them as late; ${wayOut}`,
    );
  }
}

function minute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
