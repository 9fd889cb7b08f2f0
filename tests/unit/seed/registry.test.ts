import { RecordingReporter } from '../../../src/report/recording-reporter.js';
import { parseBrands } from '../../../src/seed/brands/brands.js';
import { SEED_KINDS } from '../../../src/seed/registry.js';
import type { SeedStart } from '../../../src/seed/source/source.js';

const brands = parseBrands('audi: {name: Audi, wikidata: Q23317, surfaceForms: [Audi]}');

describe.each(SEED_KINDS.map((kind) => [kind.name, kind] as const))('seed %s', (_, kind) => {
  test('opens the shipped sample where no files are named, and says truly whether it has times', async () => {
    const parts = { report: new RecordingReporter(), readBrands: async () => brands, environment: {} };
    const { source, mapping } = await kind.choose([], {}).open(parts);
    expect(source.names).toEqual([expect.stringMatching(/^generated\/.+-sample\./)]);
    const hasTimes = new Set<boolean>();
    for await (const { items } of source.batches({} as SeedStart))
      for (const item of items) hasTimes.add('raw' in item && 'eventMs' in mapping.map(item.raw, Date.now()));
    expect([...hasTimes]).toEqual([kind.hasEventTime]);
    await source.close();
  });
});

test('seed news names the variables that its credentials are read from', async () => {
  const { CREDENTIAL_NAMES } = await import('../../../src/seed/aylien/credentials.js');
  expect(SEED_KINDS.find(({ name }) => name === 'news')?.credentials).toEqual(CREDENTIAL_NAMES);
});
