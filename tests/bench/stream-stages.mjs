// What streams take: from a story to its result, for a backlog, and when nothing comes. One call is one round, side by side or
// in turn, and returns the figures of each side.
import { setTimeout as sleep } from 'node:timers/promises';
import { BAD_CARS, CARS, publishCars } from './cars.mjs';
import { batchesOf } from './checkpoints.mjs';
import { countResults, createTopics, lastRecord } from './kafka.mjs';
import { measureLatencies } from './latency.mjs';
import { cpuSeconds, cpuSecondsOfTrees, cpuSecondsUntilItEnds, waitUntilQuiet } from './processes.mjs';
import { percentile } from './statistics.mjs';

const STORIES = { count: 400, warmUp: 160, everyMs: 125 };
const IDLE_WARM_UP_MS = 30_000;
const IDLE_MS = 60_000;

/** Each side by itself, in an order that changes from round to round. */
async function inTurn(sides, round, work) {
  const names = Object.keys(sides);
  const figures = {};
  for (const name of round % 2 === 0 ? names : names.reverse()) {
    const othersShare = await waitUntilQuiet();
    figures[name] = { ...(await work(name, sides[name])), othersShare };
  }
  return figures;
}

/** Milliseconds from the acknowledgement of a story to its result, and CPU seconds of the executor meanwhile. */
export function measureStories({ broker, sides, round }) {
  return inTurn(sides, round, async (side, { start }) => {
    const name = `stories-${side}-${round}`;
    const spec = { job: 'windowed-news', name, broker, source: `${name}-in`, result: `${name}-out` };
    await createTopics(broker, spec.source, spec.result);
    const stream = await start({ ...spec, trigger: '100 milliseconds' });
    let before;
    const onBegin = () => {
      before = { cpu: cpuSeconds(stream.executor), batches: batchesOf(stream) };
    };
    const latencies = await measureLatencies(broker, { ...spec, ...STORIES, prefix: name, onBegin });
    const [cpu, batches] = [cpuSeconds(stream.executor) - before.cpu, batchesOf(stream) - before.batches];
    await stream.stop();
    const cpuPerBatch = (cpu / batches) * 1000;
    return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), cpu, batches, cpuPerBatch };
  });
}

let carsTopic;

async function fillCars(broker) {
  if (carsTopic) return carsTopic;
  await publishCars(broker, 'cars-backlog');
  carsTopic = 'cars-backlog';
  return carsTopic;
}

/**
 * Milliseconds from the begin of the first batch until all is done: the last batch of each query, which may only close windows, the
 * last step of parquet, and the last dead letter.
 */
function workingMs(progress, lastLetterAt) {
  const begins = progress.map(({ timestamp }) => Date.parse(timestamp));
  const ends = progress.map(({ timestamp, durationMs }) => Date.parse(timestamp) + durationMs.triggerExecution);
  return Math.max(...ends, lastLetterAt) - Math.min(...begins);
}

/** The script by hand has none. */
async function lastLetterOf(broker, name, side) {
  if (side === 'peer') return 0;
  const { count, at } = await lastRecord(broker, `${name}.dead-letters`);
  if (count !== BAD_CARS) throw new Error(`${name} has ${count} dead letters for ${BAD_CARS} bad records`);
  return at;
}

/** Rows per second of a backlog, CPU seconds of the executor from its start to its end, and seconds from Enter to the end. */
export async function measureBacklog({ broker, sides, round }) {
  const source = await fillCars(broker);
  return inTurn(sides, round, async (side, { start }) => {
    const name = `backlog-${side}-${round}`;
    const spec = { job: 'windowed-cars', name, broker, source, result: `${name}-out` };
    await createTopics(broker, spec.result);
    const startedAt = performance.now();
    const application = await start({ ...spec, trigger: 'available-now' });
    const cpu = cpuSecondsUntilItEnds(application.executor);
    await application.ended;
    const wholeSeconds = (performance.now() - startedAt) / 1000;
    const counted = await countResults(broker, spec.result, 'count');
    if (counted !== CARS - BAD_CARS) throw new Error(`${name} counted ${counted} cars of ${CARS - BAD_CARS}`);
    const tookMs = workingMs(await application.progress(), await lastLetterOf(broker, name, side));
    return { rowsPerSecond: CARS / (tookMs / 1000), cpu: await cpu, wholeSeconds };
  });
}

/** CPU of driver, executor and supervisor in percent of a core, side by side: neither has anything to do. */
export async function measureIdle({ broker, sides, round }) {
  const streams = {};
  for (const [side, { start }] of Object.entries(sides)) {
    const name = `idle-${side}-${round}`;
    const spec = { job: 'windowed-news', name, broker, source: `${name}-in`, result: `${name}-out` };
    await createTopics(broker, spec.source, spec.result);
    streams[side] = await start({ ...spec, trigger: '1 second' });
    await measureLatencies(broker, { ...spec, count: 1, warmUp: 4, everyMs: 500, prefix: name });
  }
  await sleep(IDLE_WARM_UP_MS);
  const othersShare = await waitUntilQuiet();
  const secondsOf = ({ executor, processes }) => cpuSecondsOfTrees([...processes, executor]);
  const all = () => Object.entries(streams).map(([side, stream]) => [side, secondsOf(stream)]);
  const [before, startedAt] = [Object.fromEntries(all()), performance.now()];
  await sleep(IDLE_MS);
  const seconds = (performance.now() - startedAt) / 1000;
  const figures = all().map(([side, after]) => [
    side,
    { percent: ((after - before[side]) / seconds) * 100, othersShare },
  ]);
  for (const stream of Object.values(streams)) await stream.stop();
  return Object.fromEntries(figures);
}
