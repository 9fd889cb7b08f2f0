import { basename } from 'node:path';
import type { Reporter } from '../../report/reporter.js';
import { type Clock, systemClock } from '../aylien/clock.js';
import type { Brands } from '../brands/brands.js';
import { BrandCounts, type Sifted, siftStory, toStoryItem } from '../mapping/news/story-mapping.js';
import { type Counts, FLUSH } from '../publish-records.js';
import type { RecordFile } from '../record-file.js';
import { readBack, sourceIdOf, topicReader } from '../resume/topic-reader.js';
import type { SourcedItem } from '../seed-tally.js';
import type { SeedPlan, SeedStart } from '../seeding.js';
import { readStories } from '../source/story-files.js';
import { type EventSpan, LateStories, shiftForReplay, shiftStory, spanOf, widen } from './late-records.js';

/** Stories of a replay that are due within so little time go out together. */
const SHORTEST_SLEEP_MS = 50;
/** The first is for what the topic had before, the second for files that have newer stories before older ones. */
const LATE_HINT = '--shift-to-now makes them new, and --speed publishes stories in the order of their events';

export interface NewsPlanOptions {
  /** Files of Aylien stories: JSON arrays, pages, or JSON Lines. */
  readonly paths: readonly string[];
  readonly sourcePrefix: string;
  /** Leaves out the stories that the topic holds, as a seed that was killed has left them. */
  readonly isResuming?: boolean | undefined;
  /** Stops after this many stories and rejects. */
  readonly limit?: number | undefined;
  /** Replays the stories in the order of their events, so many times faster than they happened. */
  readonly speed?: number | undefined;
  /** Moves all times by the same amount, so that the newest event is now, or at the end of the replay. */
  readonly isShifted?: boolean | undefined;
}

interface NewsPlanParts {
  readonly brands: Brands;
  readonly report: Reporter;
  /** Keeps what comes in. */
  readonly record?: RecordFile | undefined;
  readonly clock?: Clock;
  readonly readerOf?: typeof topicReader | undefined;
}

type Story = Extract<Sifted, { story: unknown }> & { readonly source: string };
type Other = Exclude<Sifted, { story: unknown }> & { readonly source: string };

/** Publishes the stories of files: flat out in the order of the files, or as a replay in the order of their events. */
export class NewsPlan implements SeedPlan {
  private readonly counts = new BrandCounts();
  private readonly clock: Clock;
  private total: number | undefined;

  constructor(
    private readonly options: NewsPlanOptions,
    private readonly parts: NewsPlanParts,
  ) {
    this.clock = parts.clock ?? systemClock;
  }

  get sources(): string[] {
    return this.options.paths.map((path) => this.sourceOf(path));
  }

  get wayOn(): string | undefined {
    return this.options.isResuming ? undefined : 'Run the same command with `--resume` to go on.';
  }

  async check(signal: AbortSignal): Promise<void> {
    for (const path of this.options.paths) {
      for await (const _story of readStories(path)) signal.throwIfAborted();
    }
  }

  async *items(start: SeedStart): AsyncGenerator<SourcedItem> {
    const late = new LateStories(start.newestEventMs, this.parts.report, LATE_HINT);
    const seen = this.options.isResuming ? await this.readIds(start) : new Set<string>();
    if (this.options.speed !== undefined) yield* this.replay(this.options.speed, seen, start.signal, late);
    else yield* this.inFileOrder(seen, start.signal, late);
  }

  describeProgress({ published }: Counts) {
    const total = this.total === undefined ? {} : { total: this.total };
    return { label: 'stories', done: published, unit: 'records', ...total };
  }

  countsByBrand(): Record<string, number> {
    return this.counts.list();
  }

  private async readIds({ broker, topic, signal }: SeedStart): Promise<Set<string>> {
    const { report, readerOf = topicReader } = this.parts;
    const ids = new Set<string>();
    await readBack(readerOf(broker, topic.topic), new Map(), { report, signal }, (record) => {
      const id = sourceIdOf(record);
      if (id !== undefined) ids.add(id);
    });
    return ids;
  }

  private async *inFileOrder(seen: Set<string>, signal: AbortSignal, late: LateStories): AsyncGenerator<SourcedItem> {
    const span = this.options.isShifted ? await this.findSpan(seen, signal) : undefined;
    const shiftMs = span ? this.clock.now() - span.newestMs : 0;
    for await (const found of this.sift(seen, this.parts.record)) {
      yield 'story' in found ? this.toItem(found, shiftMs, late) : found;
    }
  }

  /** Holds all stories, since any file may have the first of them. */
  private async *replay(
    speed: number,
    seen: Set<string>,
    signal: AbortSignal,
    late: LateStories,
  ): AsyncGenerator<SourcedItem> {
    const stories: Story[] = [];
    for await (const found of this.sift(seen, this.parts.record)) {
      signal.throwIfAborted();
      // The raw story is many times the size of what is published.
      if ('story' in found) stories.push({ ...found, raw: found.story });
      else yield found;
    }
    const span = spanOf(stories.map(({ story }) => story));
    if (!span) return;
    this.total = stories.length;
    stories.sort((a, b) => a.story.published_at_ms - b.story.published_at_ms);
    const startMs = this.clock.now();
    const shiftMs = this.options.isShifted ? shiftForReplay(span, startMs, speed) : 0;
    for (const story of stories) {
      const dueMs = startMs + (story.story.published_at_ms - span.oldestMs) / speed;
      if (dueMs > this.clock.now()) yield FLUSH;
      await this.sleepUntil(dueMs, signal);
      yield this.toItem(story, shiftMs, late);
    }
  }

  private async sleepUntil(dueMs: number, signal: AbortSignal): Promise<void> {
    for (let waitMs = dueMs - this.clock.now(); waitMs > 0; waitMs = dueMs - this.clock.now()) {
      await this.clock.sleep(Math.max(SHORTEST_SLEEP_MS, waitMs), signal);
    }
  }

  /** Of those that are to be published, which are not those that the topic holds. */
  private async findSpan(seen: ReadonlySet<string>, signal: AbortSignal): Promise<EventSpan | undefined> {
    let span: EventSpan | undefined;
    for await (const found of this.sift(new Set(seen))) {
      signal.throwIfAborted();
      if ('story' in found) span = widen(span, found.story.published_at_ms);
    }
    return span;
  }

  private async *sift(seen: Set<string>, record?: RecordFile): AsyncGenerator<Story | Other> {
    let left = this.options.limit ?? Number.POSITIVE_INFINITY;
    for (const path of this.options.paths) {
      for await (const found of readStories(path)) {
        if (left <= 0) return;
        const context = { brands: this.parts.brands, fetchedAt: new Date(this.clock.now()), body: 'full' } as const;
        const sifted = siftStory(found, context, seen);
        if (!('duplicate' in sifted)) left -= 1;
        if (!('duplicate' in sifted) && 'story' in found) await record?.keep(found.story);
        yield { ...sifted, source: this.sourceOf(path) };
      }
    }
  }

  private toItem(found: Story, shiftMs: number, late: LateStories): SourcedItem {
    const story = shiftStory(found.story, shiftMs);
    const eventMs = Math.min(story.published_at_ms, this.clock.now());
    const item = toStoryItem({ ...found, story });
    if (!('record' in item)) return { ...item, source: found.source };
    late.look(eventMs);
    this.counts.add(story);
    return { ...item, source: found.source, eventMs };
  }

  private sourceOf(path: string): string {
    return this.options.sourcePrefix + basename(path);
  }
}
