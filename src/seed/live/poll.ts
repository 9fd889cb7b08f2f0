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

/** One poll: all pages from where the last poll stopped, or of the slice that is asked for. Notes each page that is in the topic. */
export class Poll {
  private readonly nowMs: number;
  /** The counts when it began. */
  private readonly before: Readonly<SeedCounts> & { readonly pages: number };
  private acquired = new AcquiredTimes(0);
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
    this.acquired = new AcquiredTimes(this.fromMs);
    try {
      yield* this.pages();
    } catch (error) {
      if (!options.isFollowing || !(error instanceof NewsApiUnavailableError)) throw error;
      report.warn(`${error.message}; the next poll tries again from where this one stopped`);
    }
    this.reportPoll();
  }

  private async *pages(): AsyncGenerator<SourceBatch<unknown>> {
    const { options, api, signal, topic } = this.parts;
    const query = {
      aql: options.aql,
      start: new Date(this.fromMs).toISOString(),
      end: new Date(this.toMs).toISOString(),
    };
    for await (const page of api.pages(query, signal)) yield this.toBatch(page);
    await topic.endPoll(this.fromMs, Math.min(this.acquired.newestMs, this.toMs));
  }

  private toBatch(page: StoriesPage): SourceBatch<unknown> {
    const { source, tally, report } = this.parts;
    tally.received(page);
    for (const text of page.warnings) report.warn(`the news API says: ${text}`);
    return {
      source,
      positionPrefix: `poll ${tally.polls}, page ${tally.pages}, story `,
      items: page.stories.map((raw, index) => ({ at: index + 1, raw })),
      onPublished: (itemsRead, isLast) => this.markPublished(page.stories.slice(0, itemsRead), isLast),
    };
  }

  private async markPublished(stories: readonly unknown[], isLast: boolean): Promise<void> {
    const times = stories.map((story) => readInstant(at(story, 'published_at')));
    this.acquired.add(times.filter((ms) => ms !== null));
    if (!this.acquired.isInOrder) this.warnOfOrder();
    await this.parts.topic.markPublished(this.fromMs, Math.min(this.acquired.completeToMs, this.toMs));
    if (isLast) this.reportPoll();
  }

  private warnOfOrder(): void {
    const { tally, report } = this.parts;
    if (tally.hasWarnedOfOrder) return;
    tally.hasWarnedOfOrder = true;
    report.warn(
      'the news API does not send the oldest stories first, as it was asked to: a poll that fails starts over from its beginning',
    );
  }

  private get toMs(): number {
    return Math.max(this.fromMs + 1, Math.min(this.nowMs, this.parts.options.untilMs ?? this.nowMs));
  }

  private reportPoll(): void {
    if (!this.parts.options.isFollowing) return;
    const { before } = this;
    const { counts, tally } = this.parts;
    const { pages, polls, quota } = tally;
    const value = {
      poll: polls,
      from: new Date(this.fromMs).toISOString(),
      to: new Date(this.toMs).toISOString(),
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

/** The times at which the stories of a poll were acquired. */
class AcquiredTimes {
  /** Whether each story was acquired no earlier than those before it. */
  isInOrder = true;
  private latestMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly fromMs: number) {}

  get newestMs(): number {
    return Math.max(this.fromMs, this.latestMs);
  }

  /** No story is missing before this time. If the stories come in another order, nothing is certain before the end of the poll. */
  get completeToMs(): number {
    return this.isInOrder ? this.newestMs : this.fromMs;
  }

  add(acquiredMs: readonly number[]): void {
    for (const ms of acquiredMs) {
      this.isInOrder &&= ms >= this.latestMs;
      this.latestMs = Math.max(this.latestMs, ms);
    }
  }
}
