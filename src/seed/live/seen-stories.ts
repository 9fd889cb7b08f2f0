import type { Acknowledged } from '../../kafka/publish.js';
import type { IncomingRecord } from '../../kafka/read-records.js';
import type { PartitionOffsets } from '../../kafka/topics.js';
import { parseJson } from '../../project/atomic-file.js';
import { storyIdOf } from '../mapping/news/story-mapping.js';
import { at, readNumber } from '../source/json-fields.js';
import type { LiveState } from './live-state.js';

/** Of a record without an acquisition time: its id is never forgotten. */
const UNKNOWN_ACQUISITION = Number.MAX_SAFE_INTEGER;

/** The stories in a topic that the feed may send again, and the offsets up to which they are known. */
export class SeenStories {
  private readonly acquired: Map<string, number>;
  private readonly starts: ReadonlyMap<number, number>;
  private next: Map<number, number>;
  private fromMs: number;

  constructor({ ids, offsets, idsFromMs }: LiveState, partitions: readonly PartitionOffsets[]) {
    this.acquired = new Map(Object.entries(ids));
    this.fromMs = idsFromMs;
    this.starts = new Map(partitions.map(({ partition, start }) => [partition, start]));
    this.next = new Map(
      [...this.starts].map(([partition, start]) => [partition, Math.max(start, offsets[partition] ?? 0)]),
    );
  }

  /** Up to the offsets, all stories of the topic that were acquired at this time or later are known. */
  get idsFromMs(): number {
    return this.fromMs;
  }

  get offsets(): ReadonlyMap<number, number> {
    return this.next;
  }

  has(id: string): boolean {
    return this.acquired.has(id);
  }

  add(id: string, acquiredMs: number | null): void {
    this.acquired.set(id, acquiredMs ?? UNKNOWN_ACQUISITION);
  }

  /** For a topic that is going to be read from its beginning. */
  forgetOffsets(): void {
    this.next = new Map(this.starts);
    this.fromMs = 0;
  }

  /** Adds a record that was read from the topic. */
  addFromTopic(record: IncomingRecord): void {
    this.next.set(record.partition, record.offset + 1);
    const id = storyIdOf(record.key);
    if (id === undefined) return;
    this.add(id, readNumber(at(parseJson(record.value ?? ''), 'acquired_at_ms')));
  }

  /** Moves the offsets on where there is no gap. In a gap others wrote, so everything from there on will be read from the topic. */
  acknowledge(batches: readonly Acknowledged[]): void {
    for (const { partition, first, next } of batches) {
      if (first === (this.next.get(partition) ?? 0)) this.next.set(partition, next);
    }
  }

  /** Forgets stories that no later poll can send again. */
  forgetBefore(ms: number): void {
    if (ms <= this.fromMs) return;
    this.fromMs = ms;
    for (const [id, acquiredMs] of this.acquired) if (acquiredMs < ms) this.acquired.delete(id);
  }

  /** For the state file. It is written often, so stories acquired before `fromMs` are left out: it stays small in a long poll. */
  toState(fromMs: number): Pick<LiveState, 'offsets' | 'idsFromMs' | 'ids'> {
    const kept = [...this.acquired].filter(([, acquiredMs]) => acquiredMs >= fromMs);
    return {
      offsets: Object.fromEntries(this.next),
      idsFromMs: Math.max(this.fromMs, fromMs),
      ids: Object.fromEntries(kept),
    };
  }
}
