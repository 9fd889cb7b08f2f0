import { BrokerUnreachableError } from '../../../../src/kafka/broker-errors.js';
import type { Publisher } from '../../../../src/kafka/publish.js';
import { findProject } from '../../../../src/project/project-folder.js';
import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import type { NewsApiClient } from '../../../../src/seed/aylien/client.js';
import { parseBrands } from '../../../../src/seed/brands/brands.js';
import { ItemFlow } from '../../../../src/seed/engine/item-flow.js';
import { publishRecords } from '../../../../src/seed/engine/publish-records.js';
import type { RecordFile } from '../../../../src/seed/engine/record-file.js';
import { RejectsFile } from '../../../../src/seed/engine/rejects-file.js';
import { SeedTally } from '../../../../src/seed/engine/seed-tally.js';
import { SeedTotals } from '../../../../src/seed/engine/seed-totals.js';
import type { LiveOptions } from '../../../../src/seed/live/live-options.js';
import { LiveSource } from '../../../../src/seed/live/live-source.js';
import { StoryMapping } from '../../../../src/seed/mapping/news/story-mapping.js';
import type { PassingClock } from '../../../fakes/memory-feed.js';
import type { MemoryTopic } from '../../../fakes/memory-topic.js';

export const MINUTE = 60_000;

const brands = parseBrands('audi: {name: Audi, wikidata: Q23317, surfaceForms: [Audi]}');

export interface Session {
  readonly root: string;
  readonly topic: MemoryTopic;
  readonly api: NewsApiClient;
  readonly clock: PassingClock;
  readonly publisher?: Publisher;
  readonly record?: RecordFile;
  readonly newestEventMs?: number;
  /** Right after the state was written for a page. */
  readonly onPage?: () => Promise<void>;
  /** Ctrl-C at this time. */
  readonly endMs?: number;
  readonly limit?: number | undefined;
  readonly options?: Partial<LiveOptions>;
}

/** One command line's life, from its start to its end; it outlives a broker that is gone. The topic and the state's file stay. */
export async function live(session: Session) {
  const { root, topic, api, clock, endMs, publisher, record, newestEventMs = 0, options } = session;
  const { onPage = async () => undefined } = session;
  const report = new RecordingReporter();
  const controller = new AbortController();
  const given = {
    aql: 'audi',
    address: 'http://api.example.com/',
    isFollowing: false,
    pollMs: MINUTE,
    overlapMs: 10 * MINUTE,
    ...options,
  };
  const passing = endMs === undefined ? clock : endingAt(clock, endMs, controller);
  const source = new LiveSource(given, { api, report, clock: passing });
  const place = { project: findProject(root, '.'), clusterId: 'one' };
  const rejects = RejectsFile.in(place.project, 'news', new Date(clock.now()));
  const totals = new SeedTotals(rejects);
  const late = { many: 'stories', reader: 'windowed-news', remedy: 'do this' };
  const words = { one: 'story', late };
  const seeding = { source, mapping: new StoryMapping(brands, 'brands:audi'), words };
  const attempt = async () => {
    const tally = new SeedTally({ sources: {}, endOffsets: 0, newestEventMs });
    const settings = { topic: 'news', limit: session.limit };
    const start = {
      ...{ reader: topic.reader(), place, topic: topic.describe(), newestEventMs, counts: totals.counts },
      ...{ signal: controller.signal, saveLedger: onPage },
    };
    const parts = { options: settings, totals, tally, report, clock: passing, record };
    const flow = await ItemFlow.open(seeding, start, parts);
    return publishRecords(flow.items(), totals.counts, {
      ...{ publisher: publisher ?? topic.publisher(), rejects, ratePerSecond: undefined, signal: controller.signal },
      onProgress: () => undefined,
      onAcknowledged: (offsets) => source.acknowledged(offsets),
    }).then(
      () => undefined,
      (error: unknown) => error,
    );
  };
  let failure = await attempt();
  while (failure instanceof BrokerUnreachableError) failure = await attempt();
  await rejects.close();
  const { counts } = totals;
  const { tally } = source;
  const ended = failure === controller.signal.reason ? undefined : failure;
  return { counts, tally, groups: totals.listGroups(false), report, failure: ended, rejects };
}

function endingAt(clock: PassingClock, endMs: number, controller: AbortController): PassingClock {
  return Object.assign(Object.create(clock) as PassingClock, {
    now: () => clock.now(),
    sleep: async (ms: number, signal: AbortSignal) => {
      if (clock.now() + ms > endMs) controller.abort(new Error('Ctrl-C'));
      await clock.sleep(ms, signal);
    },
  });
}
