import { orNull } from '../errors.js';
import { quickBrokerAt } from '../kafka/broker.js';
import { BrokerUnreachableError } from '../kafka/broker-errors.js';
import { unlessAborted } from '../kafka/give-up.js';
import { listTopicNames } from '../kafka/topics.js';
import { lookUntil } from '../project/look-until.js';
import type { NewsApi } from './aylien/client.js';
import type { Clock } from './aylien/clock.js';
import type { Brands } from './brands/brands.js';
import type { LiveOptions } from './live/live-options.js';
import { LivePlan } from './live/live-source.js';
import { LiveTally } from './live/live-tally.js';
import { RecordFile } from './record-file.js';
import { seed, startTotals, withTopicLock } from './run-seed.js';
import type { SeedContext, SeedReport, SeedTotals } from './seeding.js';

/** What a broker that hangs keeps us from; the state is written after each acknowledgement, so that nothing is lost by it. */
const LEAVE_WITHIN_MS = 9_000;
const LOOK_EVERY_MS = 2_000;

export interface SeedLiveParts {
  readonly api: NewsApi;
  readonly brands: Brands;
  readonly clock?: Clock;
}

export interface SeedLiveReport extends SeedReport {
  readonly polls: number;
  readonly pages: number;
  /** Stories per brand, most first. */
  readonly brands: Readonly<Record<string, number>>;
}

/**
 * Publishes the stories of the news API that the topic does not hold yet as `news-story/1` records, key `aylien:<id>`. Followed
 * until Ctrl-C, it outlives an API that fails and a broker that is gone, and then reports what came.
 * @throws UsageError for a file that cannot be recorded to, NewsApiRefusedError, what the API's failure is where it does not
 * follow, and what `seedTopic` throws
 */
export async function seedLive(
  context: SeedContext,
  parts: SeedLiveParts,
  options: LiveOptions,
): Promise<SeedLiveReport> {
  const { recordPath } = options;
  const record = recordPath === undefined ? undefined : await RecordFile.open(recordPath);
  const totals = startTotals(context.project, options.topic);
  const tally = new LiveTally(totals.counts, options.limit);
  const plan = new LivePlan(options, { ...parts, report: context.report, tally, record });
  try {
    const work = withTopicLock(context.project, options.topic, () => seedOn(context, plan, options, totals));
    const report = await unlessAborted(work, context.signal, LEAVE_WITHIN_MS);
    return { ...report, polls: tally.polls, pages: tally.pages, brands: tally.brands.list() };
  } finally {
    await record?.close();
  }
}

/** Begins again when the broker is back: what of the last batch has reached the topic is read back from it. */
async function seedOn(
  context: SeedContext,
  plan: LivePlan,
  { topic, ratePerSecond }: LiveOptions,
  totals: SeedTotals,
): Promise<SeedReport> {
  for (;;) {
    try {
      return await seed(context, plan, { topic, ratePerSecond, isAppending: true }, totals);
    } catch (error) {
      const isOutage = error instanceof BrokerUnreachableError && !context.signal.aborted;
      if (!isOutage || !plan.isEndless || !plan.isUnderway) throw error;
      await waitForBroker(context, error);
    }
  }
}

async function waitForBroker({ bootstrapServers, report, signal }: SeedContext, error: Error): Promise<void> {
  report.warn(`${error.message}; waits for it, and goes on where it stopped`);
  const look = async () => (await orNull(listTopicNames(quickBrokerAt(bootstrapServers)))) ?? undefined;
  await lookUntil(look, { everyMs: LOOK_EVERY_MS, signal });
  report.say('the broker answers again');
}
