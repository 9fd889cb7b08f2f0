import type { Broker } from '../../../../src/kafka/broker.js';
import { BrokerUnreachableError } from '../../../../src/kafka/broker-errors.js';
import type { Publisher } from '../../../../src/kafka/publish.js';
import { findProject } from '../../../../src/project/project-folder.js';
import { RecordingReporter } from '../../../../src/report/recording-reporter.js';
import type { NewsApi } from '../../../../src/seed/aylien/client.js';
import { parseBrands } from '../../../../src/seed/brands/brands.js';
import type { LiveOptions } from '../../../../src/seed/live/live-options.js';
import { LivePlan } from '../../../../src/seed/live/live-source.js';
import { LiveTally } from '../../../../src/seed/live/live-tally.js';
import { noCounts, publishRecords } from '../../../../src/seed/publish-records.js';
import type { RecordFile } from '../../../../src/seed/record-file.js';
import { RejectsFile } from '../../../../src/seed/rejects-file.js';
import type { PassingClock } from '../../../fakes/memory-feed.js';
import type { MemoryTopic } from '../../../fakes/memory-topic.js';

export const MINUTE = 60_000;

const brands = parseBrands('audi: {name: Audi, wikidata: Q23317, surfaceForms: [Audi]}');
const noBroker = {} as Broker;

export interface Session {
  readonly root: string;
  readonly topic: MemoryTopic;
  readonly api: NewsApi;
  readonly clock: PassingClock;
  readonly publisher?: Publisher;
  readonly record?: RecordFile;
  readonly newestEventMs?: number;
  /** Right after the state was written for a page. */
  readonly onPage?: () => Promise<void>;
  /** Ctrl-C at this time. */
  readonly endMs?: number;
  readonly options?: Partial<LiveOptions>;
}

/** One command line's life, from its start to its end; it outlives a broker that is gone. The topic and the state's file stay. */
export async function live(session: Session) {
  const { root, topic, api, clock, endMs, publisher, record, newestEventMs = 0, options } = session;
  const { onPage = async () => undefined } = session;
  const report = new RecordingReporter();
  const controller = new AbortController();
  const given = {
    topic: 'news',
    aql: 'audi',
    queryName: 'brands:audi',
    address: 'http://api.example.com/',
    isFollowing: false,
    pollMs: MINUTE,
    overlapMs: 10 * MINUTE,
    ...options,
  };
  const counts = noCounts();
  const tally = new LiveTally(counts, given.limit);
  const plan = new LivePlan(given, {
    ...{ api, brands, report, tally, record, readerOf: () => topic.reader() },
    clock: endMs === undefined ? clock : endingAt(clock, endMs, controller),
  });
  const place = { project: findProject(root, '.'), clusterId: 'one' };
  const rejects = RejectsFile.in(place.project, 'news', new Date(clock.now()));
  const attempt = () => {
    const items = plan.items({
      ...{ broker: noBroker, place, topic: topic.describe(), newestEventMs, signal: controller.signal },
      saveLedger: onPage,
    });
    return publishRecords(items, counts, {
      ...{ publisher: publisher ?? topic.publisher(), rejects, ratePerSecond: undefined, signal: controller.signal },
      onProgress: () => undefined,
      onAcknowledged: (offsets) => plan.acknowledged(offsets),
    }).then(
      () => undefined,
      (error: unknown) => error,
    );
  };
  let failure = await attempt();
  while (failure instanceof BrokerUnreachableError) failure = await attempt();
  await rejects.close();
  return { counts, tally, report, failure: failure === controller.signal.reason ? undefined : failure, rejects };
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
