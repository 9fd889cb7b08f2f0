import { UsageError } from '../../../../../src/errors.js';
import { readCarHeader } from '../../../../../src/seed/mapping/cars/car-header.js';

const USUAL = 'model,year,price,transmission,mileage,fuelType,tax,mpg,engineSize'.split(',');
const columns = {
  width: 9,
  make: undefined,
  model: 0,
  year: 1,
  price: 2,
  transmission: 3,
  mileage: 4,
  fuelType: 5,
  tax: 6,
  mpg: 7,
  engineSize: 8,
};
const failureOn = (header: readonly string[]): UsageError => {
  try {
    readCarHeader('cars.csv', header);
  } catch (error) {
    if (error instanceof UsageError) return error;
  }
  throw new Error('the header was taken');
};

describe('readCarHeader', () => {
  test('finds the usual columns', () => {
    expect(readCarHeader('audi.csv', USUAL)).toEqual(columns);
  });

  test.each(['tax(£)', 'tax(\ufffd)', 'Tax(GBP)', ' tax '])('takes %p for the tax, as hyundi.csv wants', (tax) => {
    expect(readCarHeader('hyundi.csv', USUAL.with(6, tax))).toEqual(columns);
  });

  test('does without tax and mpg, as focus.csv has it', () => {
    const header = USUAL.filter((name) => name !== 'tax' && name !== 'mpg');
    expect(readCarHeader('focus.csv', header)).toMatchObject({
      width: 7,
      tax: undefined,
      mpg: undefined,
      engineSize: 6,
    });
  });

  test('goes by name, whatever order, case and blanks', () => {
    const header = [
      ' EngineSize',
      'make',
      'MPG',
      'TAX',
      'FUELTYPE ',
      'mileage',
      'transmission',
      'price',
      'year',
      'model',
    ];
    expect(readCarHeader('mine.csv', header)).toMatchObject({
      width: 10,
      make: 1,
      model: 9,
      engineSize: 0,
      fuelType: 4,
    });
  });

  test('leaves columns that it does not know alone', () => {
    expect(readCarHeader('mine.csv', [...USUAL, 'colour', 'doors'])).toEqual({ ...columns, width: 11 });
  });

  test.each([
    [
      'one column',
      USUAL.with(8, 'engine'),
      'cars.csv is not a used-car file: its first line lacks engineSize (it has: ',
    ],
    [
      'several',
      USUAL.with(0, 'Model Name').with(5, 'fuel type2'),
      'its first line lacks model, fuelType (it has: Model Name, year',
    ],
    [
      'all',
      ['id', ' title '],
      'lacks model, year, price, transmission, mileage, fuelType, engineSize (it has: id, title)',
    ],
    ['all of an empty line', [''], '(it has: )'],
  ])('names %s that are missing, and what is there', (_, header, words) => {
    const failure = failureOn(header);
    expect(failure.message).toContain(words);
    expect(failure.hint).toContain('model,year,price');
  });

  test.each([
    ['price', [...USUAL, 'price']],
    ['tax', [...USUAL, 'tax(£)']],
  ])('names the column %s that stands twice', (name, header) => {
    expect(failureOn(header).message).toBe(`cars.csv has the column ${name} twice`);
  });
});
