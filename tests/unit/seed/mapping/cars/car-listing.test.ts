import { readCarHeader } from '../../../../../src/seed/mapping/cars/car-header.js';
import { findOddity, toCarListing, type UnlistedCar } from '../../../../../src/seed/mapping/cars/car-listing.js';

const header = 'model,year,price,transmission,mileage,fuelType,tax,mpg,engineSize';
const context = {
  source: 'audi.csv',
  make: 'audi',
  makeOf: (name: string) => name.toLowerCase().replace(' ', '-'),
};

const read = (row: string, line = header) =>
  toCarListing(row.split(','), readCarHeader('x.csv', line.split(',')), context);

const a1: UnlistedCar = {
  schema: 'car-listing/1',
  source: 'audi.csv',
  make: 'audi',
  model: 'A1',
  year: 2017,
  price: 12500,
  transmission: 'Manual',
  mileage: 15735,
  fuel_type: 'Petrol',
  tax: 150,
  mpg: 55.4,
  engine_size: 1.4,
};

describe('toCarListing', () => {
  test('gives numbers as numbers and text without its blanks', () => {
    expect(read(' A1,2017,12500,Manual,15735,Petrol,150,55.4,1.4')).toEqual(a1);
    expect(read(' A1 , 2017 ,12500 , Manual,15735,Petrol,150, 55.4,1.4 ')).toEqual(a1);
  });

  test('gives null for a tax or mpg that is not told', () => {
    expect(read('A1,2017,12500,Manual,15735,Petrol,, ,1.4')).toEqual({ ...a1, tax: null, mpg: null });
    const short = 'model,year,price,transmission,mileage,fuelType,engineSize';
    expect(read('A1,2017,12500,Manual,15735,Petrol,1.4', short)).toEqual({ ...a1, tax: null, mpg: null });
  });

  test('takes the make of the row before that of the file', () => {
    const row = 'A1,2017,12500,Manual,15735,Petrol,150,55.4,1.4';
    expect(read(`${row}, Skoda `, `${header},make`)).toEqual({ ...a1, make: 'skoda' });
    expect(read(`${row}, `, `${header},make`)).toEqual(a1);
  });

  test('takes zeros for what they are', () => {
    expect(read('A1,2017,0,Manual,0,Petrol,0,0,0')).toEqual({
      ...a1,
      price: 0,
      mileage: 0,
      tax: 0,
      mpg: 0,
      engine_size: 0,
    });
  });

  test.each([
    ['', 'the row is blank'],
    [', ,,,,,,,', 'the row is blank'],
    ['A1,2017,12500', 'it has 3 cells, and the header has 9'],
    ['A1,2017,12500,Manual,15735,Petrol,150,55.4,1.4,', 'it has 10 cells, and the header has 9'],
    [' ,2017,12500,Manual,15735,Petrol,150,55.4,1.4', 'model is empty'],
    ['A1,2017,12500,,15735,,150,55.4,1.4', 'transmission is empty; fuelType is empty'],
    ['A1,,12500,Manual,15735,Petrol,150,55.4,1.4', 'year is empty'],
    ['A1,MMXVII,12500,Manual,15735,Petrol,150,55.4,1.4', 'year is "MMXVII", not a number'],
    ['A1,2017,£12500,Manual,15735,Petrol,150,55.4,1.4', 'price is "£12500", not a number'],
    ['A1,2017,-1,Manual,15735,Petrol,150,55.4,1.4', 'price is "-1", not a number'],
    ['A1,2017,1e4,Manual,15735,Petrol,150,55.4,1.4', 'price is "1e4", not a number'],
    ['A1,2017,12500.5,Manual,15735,Petrol,150,55.4,1.4', 'price is "12500.5", not a number'],
    ['A1,2017,12500,Manual,Unknown,Petrol,150,55.4,1.4', 'mileage is "Unknown", not a number'],
    ['A1,2017,12500,Manual,15735,Petrol,none,NaN,1.4', 'tax is "none", not a number; mpg is "NaN", not a number'],
    ['A1,2017,12500,Manual,15735,Petrol,150,55.4,1.4L', 'engineSize is "1.4L", not a number'],
    ['A1,2017,12500,Manual,15735,Petrol,150,55.4,', 'engineSize is empty'],
    ['A1,"x",12500,Manual,15735,Petrol,150,55.4,1.4', 'year is "\\"x\\"", not a number'],
  ])('says of %p: %s', (row, reason) => {
    expect(read(row)).toBe(reason);
  });
});

describe('findOddity', () => {
  test.each([
    [{}, undefined],
    [{ year: 2027 }, undefined],
    [{ year: 2060 }, 'year 2060'],
    [{ price: 0 }, 'price 0'],
  ])('says of %j: %s', (some, oddity) => {
    expect(findOddity({ ...a1, ...some }, 2026)).toBe(oddity);
  });
});
