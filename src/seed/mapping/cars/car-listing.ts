import type { CarColumns } from './car-header.js';

/** The value of a record of the cars topic, `car-listing/1` (docs/topics/cars.md): pounds, miles, litres. */
export interface CarListing {
  readonly schema: 'car-listing/1';
  readonly source: string;
  readonly make: string;
  readonly model: string;
  readonly year: number;
  readonly price: number;
  readonly transmission: string;
  readonly mileage: number;
  readonly fuel_type: string;
  readonly tax: number | null;
  readonly mpg: number | null;
  readonly engine_size: number;
  readonly listed_at: string;
}

/** A listing that has no time yet. */
export type UnlistedCar = Omit<CarListing, 'listed_at'>;

export interface ListingContext {
  readonly source: string;
  /** From the file's name, for rows that have no make of their own. */
  readonly make: string;
  /** The make's slug in the vocabulary, from the spelling in a row. */
  makeOf(name: string): string;
}

const WHOLE = /^\d+$/;
/** Pounds are whole numbers, which some programs write as 150.0. */
const WHOLE_POUNDS = /^\d+(\.0+)?$/;
const DECIMAL = /^\d+(\.\d+)?$/;

/** The listing in a row, or why the row has none. */
export function toCarListing(
  row: readonly string[],
  columns: CarColumns,
  context: ListingContext,
): UnlistedCar | string {
  if (row.every((cell) => cell.trim() === '')) return 'the row is blank';
  if (row.length !== columns.width) return `it has ${row.length} cells, and the header has ${columns.width}`;
  const faults: string[] = [];
  const text = (name: string, at: number) => {
    const value = row[at]?.trim() ?? '';
    if (value === '') faults.push(`${name} is empty`);
    return value;
  };
  const number = (name: string, at: number, form: RegExp) => {
    const value = row[at]?.trim() ?? '';
    if (!form.test(value))
      faults.push(value === '' ? `${name} is empty` : `${name} is ${JSON.stringify(value)}, not a number`);
    return Number(value);
  };
  const optional = (name: string, at: number | undefined, form: RegExp) =>
    at === undefined || row[at]?.trim() === '' ? null : number(name, at, form);
  const own = columns.make === undefined ? '' : (row[columns.make]?.trim() ?? '');
  const listing: UnlistedCar = {
    schema: 'car-listing/1',
    source: context.source,
    make: own === '' ? context.make : context.makeOf(own),
    model: text('model', columns.model),
    year: number('year', columns.year, WHOLE),
    price: number('price', columns.price, WHOLE),
    transmission: text('transmission', columns.transmission),
    mileage: number('mileage', columns.mileage, WHOLE),
    fuel_type: text('fuelType', columns.fuelType),
    tax: optional('tax', columns.tax, WHOLE_POUNDS),
    mpg: optional('mpg', columns.mpg, DECIMAL),
    engine_size: number('engineSize', columns.engineSize, DECIMAL),
  };
  return faults.length === 0 ? listing : faults.join('; ');
}

/** What no real car is likely to have. The row is published, a warning names it, and training leaves it out. */
export function findOddity({ year, price }: UnlistedCar, thisYear: number): string | undefined {
  if (year > thisYear + 1) return `year ${year}`;
  return price === 0 ? 'price 0' : undefined;
}
