import type { Acknowledged } from '../../kafka/publish.js';
import type { Reporter } from '../../report/reporter.js';
import type { NewsApi } from '../aylien/client.js';
import { type Clock, systemClock } from '../aylien/clock.js';
import type { Brands } from '../brands/brands.js';
import { LateStories } from '../pace/late-records.js';
import type { RecordFile } from '../record-file.js';
import type { topicReader } from '../resume/topic-reader.js';
import type { SourcedItem } from '../seed-tally.js';
import type { SeedPlan, SeedStart } from '../seeding.js';
import type { LiveOptions } from './live-options.js';
import type { LiveTally } from './live-tally.js';
import { LiveTopic } from './live-topic.js';
import { PageSifter } from './page-memory.js';
import { Poll } from './poll.js';

/** The source that the ledger knows these stories by. */
const SOURCE = 'aylien';
const LATE_HINT = '`--set watermark=…` of a length that reaches them keeps them';

export interface LiveParts {
  readonly api: NewsApi;
  readonly brands: Brands;
  readonly report: Reporter;
  readonly tally: LiveTally;
  /** Keeps what comes in. */
  readonly record?: RecordFile | undefined;
  readonly clock?: Clock | undefined;
  readonly readerOf?: typeof topicReader | undefined;
}

/** Polls the news API and publishes what the topic does not hold yet; goes on where an earlier attempt has stopped. */
export class LivePlan implements SeedPlan {
  readonly sources = [SOURCE];
  /** Whether an attempt has come so far as to look at the topic. */
  isUnderway = false;
  private topic: LiveTopic | undefined;

  constructor(
    private readonly options: LiveOptions,
    private readonly parts: LiveParts,
  ) {}

  get isEndless(): boolean {
    return this.options.isFollowing;
  }

  /** There is nothing to read ahead of it. */
  async check(): Promise<void> {}

  acknowledged(offsets: readonly Acknowledged[]): void {
    this.topic?.seen.acknowledge(offsets);
  }

  describeProgress() {
    return this.parts.tally.describeProgress();
  }

  async *items(start: SeedStart): AsyncGenerator<SourcedItem> {
    this.isUnderway = true;
    const { clock = systemClock, report, brands, record, tally } = this.parts;
    const { options } = this;
    tally.beginAttempt();
    const topic = await LiveTopic.open(start, options, this.parts);
    this.topic = topic;
    const late = new LateStories(start.newestEventMs, report, LATE_HINT);
    const { seen } = topic;
    const sifter = new PageSifter({ seen, brands, queryName: options.queryName, late, record, now: () => clock.now() });
    const onPage = () => start.saveLedger();
    for (;;) {
      const nextMs = clock.now() + options.pollMs;
      const poll = new Poll({ ...this.parts, clock, options, topic, sifter, signal: start.signal, onPage });
      for await (const item of poll.items()) yield 'flush' in item ? item : { ...item, source: SOURCE };
      if (!options.isFollowing || tally.left <= 0) return;
      // No longer than a pause is: the machine's clock may have been put back.
      await clock.sleep(Math.min(options.pollMs, Math.max(0, nextMs - clock.now())), start.signal);
    }
  }
}
