import type { Reporter } from '../../report/reporter.js';
import type { NewsApi, StoriesPage } from '../aylien/client.js';
import type { Clock } from '../aylien/clock.js';
import { NewsApiUnavailableError } from '../aylien/news-api-errors.js';
import { FLUSH, type ReadItem } from '../publish-records.js';
import type { LiveOptions } from './live-options.js';
import type { LiveTally } from './live-tally.js';
import type { LiveTopic } from './live-topic.js';
import type { PageSifter } from './page-memory.js';

export interface PollParts {
  readonly options: LiveOptions;
  readonly api: NewsApi;
  readonly clock: Clock;
  readonly report: Reporter;
  readonly tally: LiveTally;
  readonly topic: LiveTopic;
  readonly sifter: PageSifter;
  readonly signal: AbortSignal;
  /** Once a page is in the topic. */
  readonly onPage: () => Promise<void>;
}

type PollItem = (ReadItem & { readonly eventMs?: number }) | typeof FLUSH;

/** All pages of the time since the last poll, or of what else is wanted; each is written down once it is in the topic. */
export class Poll {
  private readonly nowMs: number;
  private reach = new Reach(0);
  private fromMs = 0;

  constructor(private readonly parts: PollParts) {
    this.nowMs = parts.clock.now();
  }

  /** @throws NewsApiRefusedError, and NewsApiUnavailableError unless there is a next poll */
  async *items(): AsyncGenerator<PollItem> {
    const { options, tally, topic, sifter, report } = this.parts;
    tally.polls += 1;
    sifter.nextPoll();
    this.fromMs = await topic.beginPoll(this.nowMs);
    this.reach = new Reach(this.fromMs);
    const before = { ...tally.counts, pages: tally.pages };
    try {
      yield* this.pages();
    } catch (error) {
      if (!options.isFollowing || !(error instanceof NewsApiUnavailableError)) throw error;
      report.warn(`${error.message}; the next poll tries again from where it broke off`);
    }
    if (options.isFollowing) this.report(before);
  }

  private async *pages(): AsyncGenerator<PollItem> {
    const { options, api, signal, tally, topic } = this.parts;
    const query = { aql: options.aql, start: isoOf(this.fromMs), end: isoOf(this.toMs) };
    for await (const page of api.pages(query, signal)) {
      yield* this.take(page);
      if (tally.left <= 0) return;
    }
    await topic.endPoll(this.fromMs, Math.min(this.reach.newestMs, this.toMs));
  }

  private async *take(page: StoriesPage): AsyncGenerator<PollItem> {
    const { tally, topic, sifter, report, onPage } = this.parts;
    tally.received(page);
    for (const text of page.warnings) report.warn(`the news API says: ${text}`);
    const sifted = await sifter.sift(page.stories, `poll ${tally.polls}, page ${tally.pages}`, tally.left);
    yield* sifted.items;
    yield FLUSH; // what follows happens once all of the page is in the topic
    tally.published(sifted);
    this.reach.stretch(sifted.acquiredMs);
    if (!this.reach.isInOrder) this.warnOfOrder();
    await topic.arrived(this.fromMs, Math.min(this.reach.inOrderMs, this.toMs));
    await onPage();
    report.progress(tally.describeProgress());
  }

  private warnOfOrder(): void {
    const { tally, report } = this.parts;
    if (tally.isOrderTold) return;
    tally.isOrderTold = true;
    report.warn(
      'the news API does not send the oldest stories first, as it was asked to: a poll that breaks off begins anew as a whole',
    );
  }

  private get toMs(): number {
    return Math.max(this.fromMs + 1, Math.min(this.nowMs, this.parts.options.untilMs ?? this.nowMs));
  }

  private report(
    before: { readonly [Key in 'read' | 'published' | 'duplicates' | 'rejected' | 'pages']: number },
  ): void {
    const { counts, pages, polls, quota } = this.parts.tally;
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
