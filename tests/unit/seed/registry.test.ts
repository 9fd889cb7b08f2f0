import { RecordingReporter } from '../../../src/report/recording-reporter.js';
import { parseBrands } from '../../../src/seed/brands/brands.js';
import { SEED_KINDS } from '../../../src/seed/registry.js';

const brands = parseBrands('audi: {name: Audi, wikidata: Q23317, surfaceForms: [Audi]}');

describe.each(SEED_KINDS.map((kind) => [kind.name, kind] as const))('seed %s', (_, kind) => {
  test('opens the shipped sample where no files are named, and says truly whether it has times', async () => {
    const parts = { report: new RecordingReporter(), readBrands: async () => brands, environment: {} };
    const { source, mapping } = await kind.choose([], {}).open(parts);
    expect(source.names).toEqual([expect.stringMatching(/^generated\/.+-sample\./)]);
    expect(mapping.hasEventTime).toBe(kind.hasEventTime);
    await source.close();
  });
});

test('seed news names the variables that its credentials are read from', async () => {
  const { CREDENTIAL_NAMES } = await import('../../../src/seed/aylien/credentials.js');
  expect(SEED_KINDS.find(({ name }) => name === 'news')?.credentials).toEqual(CREDENTIAL_NAMES);
});
