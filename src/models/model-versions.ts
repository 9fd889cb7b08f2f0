import { z } from 'zod';
import { parseJson } from '../project/atomic-file.js';
import type { SharedFiles } from '../targets/target.js';
import type { Model } from './model.js';

const errorsSchema = z.object({ r2: z.number(), mae: z.number(), rmse: z.number() });

/** The parts of a version's metrics.json that are used here (docs/models.md has all). */
const metricsSchema = z.object({
  generated: z.boolean(),
  rows: z.object({
    read: z.number(),
    train: z.number(),
    test: z.number(),
    leftOut: z.record(z.string(), z.number()),
  }),
  metrics: errorsSchema,
  baseline: errorsSchema,
});

/** On the rows that were held out for the test; `mae` and `rmse` are in pounds. */
export type Metrics = Readonly<z.infer<typeof errorsSchema>>;

/** A version that was trained and saved. */
export interface ModelVersion {
  readonly model: string;
  readonly version: string;
  /** The folder's path as jobs see it. */
  readonly path: string;
  /** Whether it was trained on generated listings, because the topic has no real ones. */
  readonly generated: boolean;
  readonly rows: Readonly<z.infer<typeof metricsSchema>['rows']>;
  readonly metrics: Metrics;
  /** The same figures for a model that always answers the median price. */
  readonly baseline: Metrics;
}

/** The folder of a model's versions, in the shared data. */
export function modelFolder({ name }: Model): string {
  return `models/${name}`;
}

/** `v1` for a model without versions. A version that is still being built has another name and does not count. */
export async function nextVersion(data: SharedFiles, model: Model): Promise<string> {
  const names = await data.list(modelFolder(model));
  return `v${Math.max(0, ...names.map((name) => Number(/^v(\d+)$/.exec(name)?.[1] ?? 0))) + 1}`;
}

/** A version with its figures; undefined if there is no such version, or it cannot be read. */
export async function readVersion(data: SharedFiles, model: Model, version: string): Promise<ModelVersion | undefined> {
  const folder = `${modelFolder(model)}/${version}`;
  const { data: metrics } = metricsSchema.safeParse(parseJson((await data.read(`${folder}/metrics.json`)) ?? ''));
  return metrics && { model: model.name, version, path: data.pathForJobs(folder), ...metrics };
}
