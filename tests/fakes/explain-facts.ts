import type { ExplainFacts } from '../../src/runs/explain/facts.js';
import { sumUp } from '../../src/runs/explain/progress-figures.js';
import { ProgressTally } from '../../src/runs/state/progress-tally.js';
import { parseProgress } from '../../src/spark/progress.js';
import type { SchedulerLook } from '../../src/targets/scheduler.js';
import { makeRunRecord } from './run-record.js';

export const NOW = Date.parse('2026-11-24T15:40:00.000Z');

/** Lines of real batches (a stream of 10 second windows, watermark 1 minute), shortened where nothing is read. */
const lines = {
  topic:
    '{"name": "topic", "timestamp": "2026-11-24T15:39:12.689Z", "batchId": 0, "numInputRows": 240, "processedRowsPerSecond": 15.3, "durationMs": {"triggerExecution": 15636}, "eventTime": {"max": "2026-11-24T15:38:32.000Z", "min": "2026-11-24T15:38:01.000Z", "watermark": "1970-01-01T00:00:00.000Z"}, "stateOperators": [{"numRowsTotal": 22, "numRowsRemoved": 0, "numRowsDroppedByWatermark": 0}], "sources": [{"startOffset": null, "endOffset": {"news": {"0": 63, "1": 57, "2": 69, "3": 51}}}], "sink": {"numOutputRows": 22}}',
  parquet:
    '{"name": "parquet", "timestamp": "2026-11-24T15:39:28.335Z", "batchId": 1, "numInputRows": 0, "processedRowsPerSecond": 0.0, "durationMs": {"triggerExecution": 400}, "eventTime": {"watermark": "2026-11-24T15:37:32.000Z"}, "stateOperators": [{"numRowsTotal": 22, "numRowsRemoved": 0, "numRowsDroppedByWatermark": 0}], "sources": [{"startOffset": {"news": {"0": 63, "1": 57, "2": 69, "3": 51}}, "endOffset": {"news": {"0": 63, "1": 57, "2": 69, "3": 51}}}], "sink": {"description": "FileSink[out]", "numOutputRows": -1}}',
  'dead-letters':
    '{"name": "dead-letters", "timestamp": "2026-11-24T15:39:12.875Z", "batchId": 0, "numInputRows": 240, "processedRowsPerSecond": 34.1, "durationMs": {"triggerExecution": 7036}, "stateOperators": [], "sources": [{"startOffset": null, "endOffset": {"news": {"0": 63, "1": 57, "2": 69, "3": 51}}}], "sink": {"numOutputRows": 0}}',
};

/** What the batches come to, each query's line with what a test wants to be different; null leaves the query out. */
export function makeProgress(changes: Partial<Record<keyof typeof lines, object | null>> = {}) {
  const names = ['dead-letters', 'topic', 'parquet'] as const;
  const texts = names
    .filter((name) => changes[name] !== null)
    .map((name) => JSON.stringify({ ...JSON.parse(lines[name]), ...changes[name] }));
  return sumUp(new ProgressTally().add(parseProgress(texts.join('\n'))));
}

/** Of a run without a batch. */
export const noProgress = sumUp(new ProgressTally());

/** A topic with this many offsets per partition, from offset `start` on. */
export function makeTopic(topic: string, offsets: readonly number[], start = 0) {
  const partitions = offsets.map((count, partition) => ({
    partition,
    leader: 1,
    start,
    end: start + count,
    stable: start + count,
    offsets: count,
  }));
  return { topic, offsets: offsets.reduce((sum, count) => sum + count, 0), partitions };
}

export function topicsOf(...topics: ReturnType<typeof makeTopic>[]) {
  return new Map(topics.map((topic) => [topic.topic, topic]));
}

/** A stream that has read all 240 records of `news` and has no closed window yet. */
export function makeFacts(some: Partial<ExplainFacts> = {}): ExplainFacts {
  const parameters = {
    input: 'news',
    output: 'windowed-news',
    window: '10 seconds',
    slide: null,
    watermark: '1 minute',
  };
  return {
    record: makeRunRecord({
      run: 'windowed-news-1',
      job: 'windowed-news',
      reads: ['news'],
      writes: ['windowed-news'],
      parameters,
      submittedAt: '2026-11-24T15:38:50.000Z',
    }),
    status: { state: 'running', exitCode: null, note: null },
    nowMs: NOW,
    settings: ['watermark=1 minute'],
    startedBy: null,
    reads: ['news'],
    progress: makeProgress(),
    failure: null,
    attempts: [],
    losses: null,
    isWaitingForExecutors: false,
    checkpoint: {
      start: { news: { 0: 0, 1: 0, 2: 0, 3: 0 } },
      reached: { news: { 0: 63, 1: 57, 2: 69, 3: 51 } },
      topicIds: { news: 'id-1' },
      windowMs: 10_000,
      slideMs: null,
      sessionMs: null,
      delayMs: 60_000,
    },
    joined: null,
    batch: null,
    bootstrapServers: '127.0.0.1:9092',
    topics: topicsOf(makeTopic('news', [63, 57, 69, 51]), makeTopic('windowed-news', [22])),
    topicIds: new Map([['news', 'id-1']]),
    waiting: 0,
    newestRecordMs: null,
    scheduler: makeLook([{ name: 'windowed-news-1', cores: 1 }]),
    schedulerName: 'Spark master',
    deadLetter: null,
    windowEnds: [Date.parse('2026-11-24T15:38:10.000Z'), Date.parse('2026-11-24T15:38:40.000Z')],
    ...some,
  };
}

/** One node of two cores and 2048 MB, unless it is gone, and who has executors of 512 MB. */
export function makeLook(
  applications: readonly { name: string; cores: number }[],
  node: { isAlive?: boolean; memoryMb?: number } = {},
): SchedulerLook {
  const held = applications.reduce((sum, { cores }) => sum + cores, 0);
  const { isAlive = true, memoryMb = 2048 } = node;
  const page = 'http://127.0.0.1:8081';
  const figures = { cores: 2, freeCores: 2 - held, memoryMb, freeMemoryMb: memoryMb - 512 * held };
  return {
    page: 'http://127.0.0.1:8080',
    nodes: isAlive ? [{ page, ...figures }] : [],
    applications: applications.map((application, number) => ({
      id: `app-20261124150807-000${number}`,
      ...application,
    })),
  };
}
