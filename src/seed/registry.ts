import { seedCars } from './seed-cars.js';
import type { SeedKind } from './seed-kind.js';
import { seedNews } from './seed-news.js';

/** All that can be seeded: `millrace seed` has a command for each. */
export const SEED_KINDS: readonly SeedKind[] = [seedCars, seedNews];
