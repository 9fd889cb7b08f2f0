import { UsageError } from '../../errors.js';
import type { Reporter } from '../../report/reporter.js';
import { readBack } from '../resume/topic-reader.js';
import type { SeedStart } from '../source/source.js';
import type { LiveOptions } from './live-options.js';
import { type LiveState, readLiveState, writeLiveState } from './live-state.js';
import { type Polled, pollStart, withPolled, withStart } from './polled.js';
import { SeenStories } from './seen-stories.js';

const DEFAULT_SINCE_MS = 3_600_000;

/** What the topic holds of the feed, and where the next poll starts: in memory, and in a state file that survives a kill. */
export class LiveTopic {
  private readonly polled: Map<string, Polled>;
  private readonly query: string;
  readonly seen: SeenStories;
  private hasSaidWhere = false;

  static async open(start: SeedStart, options: LiveOptions, report: Reporter): Promise<LiveTopic> {
    const { place, topic, reader } = start;
    const state = await readLiveState(place, topic, await reader.readId(), options.overlapMs);
    return new LiveTopic(start, options, report, state);
  }

  private constructor(
    private readonly start: SeedStart,
    private readonly options: LiveOptions,
    private readonly report: Reporter,
    private readonly state: LiveState,
  ) {
    this.polled = new Map(Object.entries(state.polled));
    this.query = `${options.address} ${options.aql}`;
    this.seen = new SeenStories(state, start.topic.partitions);
  }

  /**
   * Where the next poll begins, milliseconds since 1970. Before that it reads from the topic what the state does not have: what was
   * published before a kill, and what others wrote; the whole topic, where the poll goes back further than the state.
   */
  async beginPoll(nowMs: number): Promise<number> {
    const { sinceMs, untilMs, overlapMs } = this.options;
    const before = this.polled.get(this.query);
    const fromMs = this.sliceFromMs ?? pollStart(before, { sinceMs, defaultMs: nowMs - DEFAULT_SINCE_MS, overlapMs });
    if (untilMs !== undefined && untilMs <= fromMs) throw polledAlready(untilMs, fromMs);
    if (sinceMs !== undefined && fromMs < sinceMs)
      this.sayOnce(`goes on from ${new Date(fromMs).toISOString()}, where the last seed stopped`);
    if (fromMs < this.seen.idsFromMs) this.seen.forgetOffsets();
    const { report, seen, start } = this;
    await readBack(start.reader, seen.offsets, { report, signal: start.signal }, (record) => seen.addFromTopic(record));
    if (this.sliceFromMs === undefined) this.polled.set(this.query, withStart(before, fromMs));
    await this.save();
    return fromMs;
  }

  /** Notes that all stories acquired from `fromMs` to `untilMs` are in the topic. */
  async markPublished(fromMs: number, untilMs: number): Promise<void> {
    const before = this.polled.get(this.query);
    // An old slice must not become the place where the next poll starts.
    if (before || this.sliceFromMs === undefined) this.polled.set(this.query, withPolled(before, fromMs, untilMs));
    await this.save();
  }

  async endPoll(fromMs: number, untilMs: number): Promise<void> {
    await this.markPublished(fromMs, untilMs);
    this.seen.forgetBefore(this.neededFromMs);
  }

  /**
   * With `--until` a poll may ask for a slice of its own: from `--since`, or an hour where nothing was polled before. This is the
   * slice's beginning; undefined for a poll that goes on from the last one.
   */
  private get sliceFromMs(): number | undefined {
    const { sinceMs, untilMs } = this.options;
    if (untilMs === undefined) return undefined;
    return sinceMs ?? (this.polled.has(this.query) ? undefined : untilMs - DEFAULT_SINCE_MS);
  }

  /** With `--follow` each poll comes here. */
  private sayOnce(text: string): void {
    if (!this.hasSaidWhere) this.report.say(text);
    this.hasSaidWhere = true;
  }

  private async save(): Promise<void> {
    const { place, topic } = this.start;
    const seen = this.seen.toState(this.neededFromMs);
    const polled = Object.fromEntries(this.polled);
    await writeLiveState(place, topic.topic, { topicId: this.state.topicId, ...seen, polled });
  }

  /** The next poll begins one overlap before the newest story; a second overlap is kept so that the user can lengthen it. */
  private get neededFromMs(): number {
    const { untilMs = 0 } = this.polled.get(this.query) ?? {};
    return untilMs - 2 * this.options.overlapMs;
  }
}

function polledAlready(untilMs: number, fromMs: number): UsageError {
  return new UsageError(
    `--until ${new Date(untilMs).toISOString()} is not after ${new Date(fromMs).toISOString()}, where this query goes on in the topic`,
    'Add --since to ask for earlier stories.',
  );
}
