import { readInstant } from '../../news-api/instant.js';
import type { Reporter } from '../../report/reporter.js';
import type { NewsApiClient, StoriesPage } from '../aylien/client.js';
import { NewsApiUnavailableError } from '../aylien/news-api-errors.js';
import type { Clock } from '../pace/system-clock.js';
import { at } from '../source/json-fields.js';
import type { SeedCounts, SourceBatch } from '../source/source.js';
import type { FeedMemory } from './feed-memory.js';
import type { LiveOptions } from './live-options.js';
import type { LiveTally } from './live-tally.js';
import type { LiveTopic } from './live-topic.js';

export interface PollParts {
  readonly source: string;
  readonly options: LiveOptions;
  readonly api: NewsApiClient;
  readonly clock: Clock;
  readonly report: Reporter;
  readonly tally: LiveTally;
  readonly counts: Readonly<SeedCounts>;
  readonly topic: LiveTopic;
  readonly memory: FeedMemory;
  readonly signal: AbortSignal;
}

/** All pages of the time since the last poll, or of what else is wanted; each is written down once it is in the topic. */
export class Poll {
  private readonly nowMs: number;
  /** What was counted when it began. */
  private readonly before: Readonly<SeedCounts> & { readonly pages: number };
  private reach = new Reach(0);
  private fromMs = 0;

  constructor(private readonly parts: PollParts) {
    this.nowMs = parts.clock.now();
    this.before = { ...parts.counts, pages: parts.tally.pages };
  }

  /** @throws NEWS_API_REFUSED, and NewsApiUnavailableError unless there is a next poll */
  async *batches(): AsyncGenerator<SourceBatch<unknown>> {
    const { options, tally, topic, memory, report } = this.parts;
    tally.polls += 1;
    memory.nextPoll();
    this.fromMs = await topic.beginPoll(this.nowMs);
    this.reach = new Reach(this.fromMs);
    try {
      yield* this.pages();
    } catch (error) {
      if (!options.isFollowing || !(error instanceof NewsApiUnavailableError)) throw error;
      report.warn(`${error.message}; the next poll tries again from where it broke off`);
    }
    this.tellOfPoll();
  }

  private async *pages(): AsyncGenerator<SourceBatch<unknown>> {
    const { options, api, signal, topic } = this.parts;
    const query = { aql: options.aql, start: isoOf(this.fromMs), end: isoOf(this.toMs) };
    for await (const page of api.pages(query, signal)) yield this.toBatch(page);
    await topic.endPoll(this.fromMs, Math.min(this.reach.newestMs, this.toMs));
  }

  private toBatch(page: StoriesPage): SourceBatch<unknown> {
    const { source, tally, report } = this.parts;
    tally.received(page);
    for (const text of page.warnings) report.warn(`the news API says: ${text}`);
    return {
      source,
      place: `poll ${tally.polls}, page ${tally.pages}, story `,
      items: page.stories.map((raw, index) => ({ at: index + 1, raw })),
      settled: (looked, isLast) => this.settle(page.stories.slice(0, looked), isLast),
    };
  }

  private async settle(stories: readonly unknown[], isLast: boolean): Promise<void> {
    const acquired = stories.map((story) => readInstant(at(story, 'published_at')));
    this.reach.stretch(acquired.filter((ms) => ms !== null));
    if (!this.reach.isInOrder) this.warnOfOrder();
    await this.parts.topic.arrived(this.fromMs, Math.min(this.reach.inOrderMs, this.toMs));
    if (isLast) this.tellOfPoll();
  }

  private warnOfOrder(): void {
    const { tally, report } = this.parts;
    if (tally.isOrderTold) return;
    tally.isOrderTold = true;
    report.warn(
      'the news API does not send the oldest stories first, as it was asked to: a poll that breaks off begins again as a whole',
    );
  }

  private get toMs(): number {
    return Math.max(this.fromMs + 1, Math.min(this.nowMs, this.parts.options.untilMs ?? this.nowMs));
  }

  private tellOfPoll(): void {
    if (!this.parts.options.isFollowing) return;
    const { before } = this;
    const { counts, tally } = this.parts;
    const { pages, polls, quota } = tally;
    const value = {
      poll: polls,
      from: isoOf(this.fromMs),
      to: isoOf(this.toMs),
      pages: pages - before.pages,
      read: counts.read - before.read,
      published: counts.published - before.published,
      duplicates: counts.duplicates - before.duplicates,
      rejected: counts.rejected - before.rejected,
      quota,
    };
    const { read, published, duplicates, rejected } = value;
    const refused = rejected > 0 ? ` + rejected ${rejected}` : '';
    const sum = `read ${read} = published ${published}${refused} + duplicates ${duplicates}`;
    this.parts.report.item(value, () => `  ${value.to.slice(11, 19)}  ${sum}`);
  }
}

/** How far the stories of a poll reach. */
class Reach {
  /** Whether each story was acquired no earlier than those before it. */
  isInOrder = true;
  private latestMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly fromMs: number) {}

  get newestMs(): number {
    return Math.max(this.fromMs, this.latestMs);
  }

  /** No story is missing before this moment; where they come in another order, only the end of the poll can tell. */
  get inOrderMs(): number {
    return this.isInOrder ? this.newestMs : this.fromMs;
  }

  stretch(acquiredMs: readonly number[]): void {
    for (const ms of acquiredMs) {
      this.isInOrder &&= ms >= this.latestMs;
      this.latestMs = Math.max(this.latestMs, ms);
    }
  }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
