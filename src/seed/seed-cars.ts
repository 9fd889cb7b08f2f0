import { commonJson, filesOrSample, inputSetting, type SeedKind } from './seed-kind.js';

/** `seed cars`: rows of CSV files as `car-listing/1` records. */
export const seedCars: SeedKind = {
  name: 'cars',
  description: 'publish used-car listings from CSV files; without files, the sample that comes with millrace',
  argument: 'CSV files of the Kaggle used-car set, or folders of them; the make is the file name',
  options: [],
  examples: [
    'millrace seed cars',
    'millrace seed cars audi.csv bmw.csv --rate 200/s',
    'millrace seed cars audi.csv --resume',
  ],
  hasEventTime: false,
  credentials: [],
  choose: (files) => ({
    async open({ report, readBrands }) {
      const [{ openCsvFiles }, { CarMapping }, { readCarHeader }] = await Promise.all([
        import('./source/csv-files.js'),
        import('./mapping/cars/car-mapping.js'),
        import('./mapping/cars/car-header.js'),
      ]);
      const mapping = new CarMapping(await readBrands());
      const inputs = { ...filesOrSample(files, 'cars-sample.csv'), report };
      const source = await openCsvFiles(inputs, { what: 'used-car file', readColumns: readCarHeader });
      return { source, mapping, words: { one: 'listing', odd: 'published, and training leaves it out' } };
    },
  }),
  next: (topic) => [
    { words: ['topic', 'tail', topic, '-n', '5'], does: 'the newest of them' },
    { words: ['submit', 'windowed-cars', ...inputSetting(topic, 'cars')], does: 'mean prices, as a stream' },
    { words: ['train', 'model', ...inputSetting(topic, 'cars')], does: 'a price model' },
  ],
  toJson: (report) => ({ ...commonJson(report), files: report.files, makes: report.groups, odd: report.odd }),
};
