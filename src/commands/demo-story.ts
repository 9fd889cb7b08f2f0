import { downCluster } from '../cluster/down.js';
import { upCluster } from '../cluster/up.js';
import { brokerAt } from '../kafka/broker.js';
import { readRecords } from '../kafka/read-records.js';
import { type TrainReport, trainModel } from '../models/train.js';
import { submitOrThrow } from '../runs/submit/submit.js';
import type { SeedPace } from '../seed/pace/pace.js';
import { seedCars } from '../seed/seed-cars.js';
import type { SeedKind } from '../seed/seed-kind.js';
import { seedNews } from '../seed/seed-news.js';
import type { SeedCounts } from '../seed/source/source.js';
import { toDownOptions, toUpOptions } from './cluster-options.js';
import type { CommandContext } from './command-context.js';
import { toRunContext } from './run-options.js';
import { seed } from './seed.js';

const SPREAD_MS = 3_600_000;
const RESULTS_READ = 1_000;
/** A smaller forest than the default: the sample is small, and the demo should be short. */
const DEMO_FOREST = ['trees=20', 'depth=10'];

export interface DemoReport {
  /** As the seed of cars gives it. */
  readonly cars: Readonly<SeedCounts>;
  /** As the seed of news gives it. */
  readonly news: Readonly<SeedCounts>;
  readonly prices: readonly PriceWindow[];
  readonly stories: readonly StoryWindow[];
  readonly pulse: readonly PulseWindow[];
  readonly model: TrainReport;
  readonly isKept: boolean;
  readonly seconds: number;
}

export interface PriceWindow {
  readonly make: string;
  readonly window_start: string;
  readonly count: number;
  readonly mean_price: number;
}

export interface StoryWindow {
  readonly brand: string;
  readonly window_start: string;
  readonly stories: number;
}

export interface PulseWindow {
  readonly make: string;
  readonly window_start: string;
  readonly stories: number;
  readonly listings: number;
  readonly mean_price: number | null;
}

/** Cluster, seeds, both windowed jobs, their join and a model. At the end, also after a failure, the cluster goes down unless kept. */
export async function runDemo(context: CommandContext, { isKept }: { isKept: boolean }): Promise<DemoReport> {
  const { project, report } = context;
  const startedAt = Date.now();
  report.say(`the demo's own project: ${project.root}`);
  await upCluster(toUpOptions(context));
  try {
    const story = await seedAndRun(context);
    return { ...story, isKept, seconds: (Date.now() - startedAt) / 1000 };
  } finally {
    if (!isKept) await downCluster({ ...toDownOptions(context), isPurging: false });
  }
}

async function seedAndRun(context: CommandContext): Promise<Omit<DemoReport, 'isKept' | 'seconds'>> {
  const run = toRunContext(context);
  // Each job starts with a new checkpoint, so a demo right after another one may spread its listings over the same hour.
  const cars = await seedSample(context, seedCars, 'listings', { spreadMs: SPREAD_MS, mayGoBehind: true });
  const news = await seedSample(context, seedNews, 'stories', { isShifted: true });
  await streamOnce(context, 'windowed-cars', []);
  await streamOnce(context, 'windowed-news', ['window=10 minutes']);
  await streamOnce(context, 'brand-pulse', []);
  const model = await context.report.step('model', async (step) => {
    const trained = await trainModel(run, { settings: DEMO_FOREST });
    step.detail(`car-price ${trained.version}, R2 ${trained.metrics.r2.toFixed(3)}`);
    return trained;
  });
  const prices = newestFullWindow(await readResults<PriceWindow>(context, 'windowed-cars'));
  const stories = newestFullWindow(await readResults<StoryWindow>(context, 'windowed-news'));
  const pulse = newestWindow(await readResults<PulseWindow>(context, 'brand-pulse'));
  return { cars, news, prices, stories, pulse, model };
}

async function seedSample(
  context: CommandContext,
  kind: SeedKind,
  records: string,
  pace: SeedPace,
): Promise<Readonly<SeedCounts>> {
  return context.report.step(kind.name, async (step) => {
    const options = { topic: kind.name, pace, isReplacing: true };
    const { report } = await seed(context, kind, kind.choose([], {}), options);
    step.detail(`${report.published} ${records} in topic ${kind.name}`);
    return kind.toJson(report);
  });
}

async function streamOnce(context: CommandContext, job: string, settings: readonly string[]): Promise<void> {
  await context.report.step('stream', async (step) => {
    step.detail(job);
    const options = { job, settings, trigger: 'available-now', isNewCheckpoint: true };
    const { run } = await submitOrThrow(toRunContext(context), options);
    step.detail(`${job} ran as ${run}`);
  });
}

async function readResults<T>({ target, signal }: CommandContext, topic: string): Promise<T[]> {
  const broker = brokerAt(await target.kafka());
  const results = new Map<string, T>();
  await readRecords(broker, topic, { last: RESULTS_READ, signal }, ({ key, value }) => {
    if (key !== null && value !== null) results.set(key, JSON.parse(value) as T);
  });
  return [...results.values()];
}

/** The data often ends in the middle of the newest window, so this takes the one before it. */
function newestFullWindow<T extends { readonly window_start: string }>(results: readonly T[]): T[] {
  return inWindow(results, windowStarts(results).slice(-2)[0]);
}

/** For results that a job sends only once they are final. */
function newestWindow<T extends { readonly window_start: string }>(results: readonly T[]): T[] {
  return inWindow(results, windowStarts(results).at(-1));
}

function windowStarts(results: ReadonlyArray<{ readonly window_start: string }>): string[] {
  return [...new Set(results.map(({ window_start }) => window_start))].sort();
}

function inWindow<T extends { readonly window_start: string }>(results: readonly T[], start: string | undefined): T[] {
  return results.filter(({ window_start }) => window_start === start);
}
