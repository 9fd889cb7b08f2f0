import { UsageError } from '../../errors.js';
import type { Reporter } from '../../report/reporter.js';
import { readBack } from '../resume/topic-reader.js';
import type { SeedStart } from '../source/source.js';
import type { LiveOptions } from './live-options.js';
import { type LiveState, readLiveState, writeLiveState } from './live-state.js';
import { beginAt, extend, type Polled, pollFrom } from './polled.js';
import { SeenStories } from './seen-stories.js';

const DEFAULT_SINCE_MS = 3_600_000;

/** What the topic holds of the feed, and where to go on: in memory, and in the state that outlives a kill. */
export class LiveTopic {
  private readonly polled: Map<string, Polled>;
  private readonly query: string;
  readonly seen: SeenStories;
  private isSaid = false;

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
   * Where the next poll begins, milliseconds since 1970. What the topic holds from then on is known by then: what a kill left
   * unwritten, and what others wrote, is read back, and all of the topic where more is wanted than the state remembers.
   */
  async beginPoll(nowMs: number): Promise<number> {
    const { sinceMs, untilMs, overlapMs } = this.options;
    const before = this.polled.get(this.query);
    const fromMs = this.sliceFromMs ?? pollFrom(before, { sinceMs, defaultMs: nowMs - DEFAULT_SINCE_MS, overlapMs });
    if (untilMs !== undefined && untilMs <= fromMs) throw polledAlready(untilMs, fromMs);
    if (sinceMs !== undefined && fromMs < sinceMs) this.sayOnce(`goes on from ${isoOf(fromMs)}, where it stopped`);
    if (fromMs < this.seen.idsFromMs) this.seen.forgetOffsets();
    const { report, seen, start } = this;
    await readBack(start.reader, seen.offsets, { report, signal: start.signal }, (record) => seen.learn(record));
    if (this.sliceFromMs === undefined) this.polled.set(this.query, beginAt(before, fromMs));
    await this.save();
    return fromMs;
  }

  /** All that was acquired from `fromMs` to `untilMs` is in the topic. */
  async arrived(fromMs: number, untilMs: number): Promise<void> {
    const before = this.polled.get(this.query);
    // A slice of long ago must not become the place where following goes on.
    if (before || this.sliceFromMs === undefined) this.polled.set(this.query, extend(before, fromMs, untilMs));
    await this.save();
  }

  async endPoll(fromMs: number, untilMs: number): Promise<void> {
    await this.arrived(fromMs, untilMs);
    this.seen.forgetBefore(this.neededFromMs);
  }

  /**
   * The beginning of a slice, which is asked for as it stands; undefined for what goes on. An end alone is that of a slice where
   * there is nothing to go on from.
   */
  private get sliceFromMs(): number | undefined {
    const { sinceMs, untilMs } = this.options;
    if (untilMs === undefined) return undefined;
    return sinceMs ?? (this.polled.has(this.query) ? undefined : untilMs - DEFAULT_SINCE_MS);
  }

  /** Each poll of a follower would say it again. */
  private sayOnce(text: string): void {
    if (!this.isSaid) this.report.say(text);
    this.isSaid = true;
  }

  private async save(): Promise<void> {
    const { place, topic } = this.start;
    const seen = this.seen.toState(this.neededFromMs);
    const polled = Object.fromEntries(this.polled);
    await writeLiveState(place, topic.topic, { topicId: this.state.topicId, ...seen, polled });
  }

  /** The next poll begins one overlap behind the newest; another one lets the user lengthen the overlap a little. */
  private get neededFromMs(): number {
    const { untilMs = 0 } = this.polled.get(this.query) ?? {};
    return untilMs - 2 * this.options.overlapMs;
  }
}

function polledAlready(untilMs: number, fromMs: number): UsageError {
  return new UsageError(
    `--until ${isoOf(untilMs)} lies before ${isoOf(fromMs)}, from where on this query goes on in the topic`,
    'Add --since to ask for what lies before.',
  );
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
