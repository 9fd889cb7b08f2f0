/** Fewer offsets are not worth a request of their own: a look for one record may meet markers of transactions. */
const LEAST_SPAN = 50;
/** Each look further back takes in so many times the offsets of the one before. */
const SPAN_GROWS = 4;

export interface PartitionBounds {
  /** The first offset to read. */
  readonly start: number;
  /** The offset before which reading ends. */
  readonly end: number;
  /** Only so many records, the newest; undefined for all. */
  readonly last: number | undefined;
}

/**
 * What of one partition is still to be read. Offsets are not records: markers of transactions, aborted records and what compaction
 * removed leave gaps. So the newest N records are looked for in a span of offsets before the end, then in longer ones before that.
 */
export class PartitionBacklog<R extends { readonly offset: number }> {
  private readonly start: number;
  private readonly last: number | undefined;
  readonly end: number;
  private found: R[] = [];
  private inSpan: R[] = [];
  private from: number;
  private until: number;
  private next: number;
  private isDone: boolean;

  constructor({ start, end, last }: PartitionBounds) {
    this.start = start;
    this.end = end;
    this.last = last;
    this.until = end;
    this.from = last === undefined ? start : Math.max(start, end - Math.max(last, LEAST_SPAN));
    this.next = this.from;
    this.isDone = start >= end;
  }

  get isRead(): boolean {
    return this.isDone;
  }

  /** Where reading begins, or goes on. */
  get position(): number {
    return this.next;
  }

  /** The newest records, oldest first, as many as `last` asks for: once. */
  takeNewest(): R[] {
    return this.found.splice(0);
  }

  /** Whether it is a record to read that has not come before: a client that lost its connection starts over. */
  take(record: R): boolean {
    if (this.isDone || record.offset < this.next || record.offset >= this.until) return false;
    this.next = record.offset + 1;
    if (this.last !== undefined) this.keep(record, this.last);
    return true;
  }

  /** Notes that everything before `offset` was handed out. @returns where to read on, if that is not right there */
  reach(offset: number): number | undefined {
    if (this.isDone || offset < this.until) return undefined;
    this.found = [...this.inSpan.slice(-this.missing), ...this.found];
    this.inSpan = [];
    if (this.from === this.start || this.missing === 0) return this.finish();
    const span = (this.until - this.from) * SPAN_GROWS;
    this.until = this.from;
    this.from = Math.max(this.start, this.from - span);
    this.next = this.from;
    return this.from;
  }

  /** Notes that the partition now begins at `start`: what was before it can no longer be read. */
  beginAt(start: number): number | undefined {
    if (start < this.until) return undefined;
    this.from = this.start;
    return this.reach(start);
  }

  private get missing(): number {
    return Math.max(0, (this.last ?? 0) - this.found.length);
  }

  private keep(record: R, last: number): void {
    this.inSpan.push(record);
    // A span may hold many times what is wanted.
    if (this.inSpan.length > 2 * last + LEAST_SPAN) this.inSpan = this.inSpan.slice(-last);
  }

  private finish(): number | undefined {
    const wentBack = this.until < this.end;
    this.isDone = true;
    this.next = this.end;
    return wentBack ? this.end : undefined;
  }
}
