import { packagePath } from '../project/package-files.js';

/** Sources of generated records begin with this: training leaves them out when there are real ones. */
const GENERATED = 'generated/';

export interface SeedSource {
  readonly paths: readonly string[];
  readonly sourcePrefix: string;
}

export function sampleCars(): SeedSource {
  return { paths: [packagePath('data', 'cars-sample.csv')], sourcePrefix: GENERATED };
}

export function sampleNews(): SeedSource {
  return { paths: [packagePath('data', 'news-sample.json')], sourcePrefix: GENERATED };
}
