import type { OutgoingRecord } from '../../../src/kafka/publish.js';
import { findProject } from '../../../src/project/project-folder.js';
import { RecordingReporter } from '../../../src/report/recording-reporter.js';
import { ItemFlow } from '../../../src/seed/engine/item-flow.js';
import { publishRecords } from '../../../src/seed/engine/publish-records.js';
import { RecordFile } from '../../../src/seed/engine/record-file.js';
import { RejectsFile } from '../../../src/seed/engine/rejects-file.js';
import { SeedTally } from '../../../src/seed/engine/seed-tally.js';
import { SeedTotals } from '../../../src/seed/engine/seed-totals.js';
import type { Seeding, SeedOptions } from '../../../src/seed/engine/seeding.js';
import { PassingClock } from '../../fakes/memory-feed.js';
import { MemoryTopic } from '../../fakes/memory-topic.js';

export const NOW = Date.parse('2026-11-24T10:00:00Z');

let stamp = 0;

export interface MemorySetting {
  readonly root: string;
  readonly topic?: MemoryTopic;
  readonly newestEventMs?: number;
  readonly report?: RecordingReporter;
}

/** Seeds into a topic without a broker; tells what was published, and when by the clock. */
export async function seedInMemory<Raw, Value>(
  seeding: Seeding<Raw, Value>,
  options: Partial<SeedOptions>,
  { root, topic = new MemoryTopic(), newestEventMs = 0, report = new RecordingReporter() }: MemorySetting,
) {
  const [clock, signal] = [new PassingClock(NOW), new AbortController().signal];
  const project = findProject(root, '.');
  const rejects = RejectsFile.in(project, 'any', new Date(++stamp));
  const totals = new SeedTotals(rejects);
  const tally = new SeedTally({ sources: {}, endOffsets: 0, newestEventMs });
  const { recordPath } = options;
  const { source, mapping } = seeding;
  const record = recordPath ? await RecordFile.open(recordPath, mapping.recordHeader, source.files) : undefined;
  const given = { topic: 'any', ...options };
  const sent: { readonly atMs: number; readonly key: string; readonly value: Value }[] = [];
  const publisher = {
    close: async () => undefined,
    publish: async (batch: readonly OutgoingRecord[]) => {
      for (const { key, value } of batch) sent.push({ atMs: clock.now(), key, value: JSON.parse(value) });
      return topic.append(batch);
    },
  };
  const start = {
    ...{ reader: topic.reader(), place: { project, clusterId: 'one' }, topic: topic.describe(), newestEventMs },
    ...{ counts: totals.counts, signal, saveLedger: async () => undefined },
  };
  const flow = await ItemFlow.open(seeding, start, { options: given, totals, tally, report, clock, record });
  const publishing = { publisher, rejects, ratePerSecond: undefined, signal, onProgress: () => undefined };
  await publishRecords(flow.items(), totals.counts, publishing).finally(() =>
    Promise.all([rejects.close(), record?.close(), source.close()]),
  );
  const { counts, odd } = totals;
  return {
    ...{ counts, odd, sent, report, rejects, topic },
    ledger: tally.ledger(0),
    groups: totals.listGroups(false),
    readBySource: Object.fromEntries(totals.readBySource),
    progress: flow.describeProgress(),
  };
}
