import type { Acknowledged } from '../../kafka/publish.js';
import type { Reporter } from '../../report/reporter.js';
import type { NewsApiClient } from '../aylien/client.js';
import type { Clock } from '../pace/system-clock.js';
import type { KnownKeys, SeedCounts, SeedStart, Source, SourceBatch } from '../source/source.js';
import { FeedMemory } from './feed-memory.js';
import type { LiveOptions } from './live-options.js';
import { LiveTally } from './live-tally.js';
import { LiveTopic } from './live-topic.js';
import { Poll } from './poll.js';

/** The source's name in the ledger. */
const SOURCE = 'aylien';

export interface LiveParts {
  readonly api: NewsApiClient;
  readonly report: Reporter;
  readonly clock: Clock;
}

/** Polls the news API for stories that the topic does not hold yet, from where the last attempt stopped. */
export class LiveSource implements Source<unknown> {
  readonly names = [SOURCE];
  readonly tally = new LiveTally();
  private feed: { readonly topic: LiveTopic; readonly memory: FeedMemory } | undefined;

  constructor(
    private readonly options: LiveOptions,
    private readonly parts: LiveParts,
  ) {}

  get isEndless(): boolean {
    return this.options.isFollowing;
  }

  /** A feed cannot be read ahead. */
  async check(): Promise<void> {}

  async recall(start: SeedStart): Promise<KnownKeys> {
    const topic = await LiveTopic.open(start, this.options, this.parts.report);
    const memory = new FeedMemory(topic.seen);
    this.feed = { topic, memory };
    return memory;
  }

  async *batches(start: SeedStart): AsyncGenerator<SourceBatch<unknown>> {
    if (!this.feed) throw new Error('recall() comes before batches()');
    const { options, tally, feed } = this;
    const { clock } = this.parts;
    for (;;) {
      const nextMs = clock.now() + options.pollMs;
      const { signal, counts } = start;
      yield* new Poll({ ...this.parts, ...feed, source: SOURCE, options, tally, counts, signal }).batches();
      if (!options.isFollowing) return;
      // At most one pause: the machine's clock may have been put back.
      await clock.sleep(Math.min(options.pollMs, Math.max(0, nextMs - clock.now())), signal);
    }
  }

  acknowledged(offsets: readonly Acknowledged[]): void {
    this.feed?.topic.seen.acknowledge(offsets);
  }

  describeProgress(counts: Readonly<SeedCounts>) {
    return this.tally.describeProgress(counts);
  }

  facts() {
    return { polls: this.tally.polls, pages: this.tally.pages };
  }

  async close(): Promise<void> {}
}
