import { UsageError } from '../../../errors.js';

/** Columns of a used-car file by the name they have in a record; `make`, `tax` and `mpg` may be missing. */
export interface CarColumns {
  readonly width: number;
  readonly make: number | undefined;
  readonly model: number;
  readonly year: number;
  readonly price: number;
  readonly transmission: number;
  readonly mileage: number;
  readonly fuelType: number;
  readonly tax: number | undefined;
  readonly mpg: number | undefined;
  readonly engineSize: number;
}

const REQUIRED = ['model', 'year', 'price', 'transmission', 'mileage', 'fueltype', 'enginesize'] as const;

/**
 * Finds the columns in the first line of a file.
 * @throws UsageError naming the columns that are missing, or one that is there twice
 */
export function readCarHeader(file: string, header: readonly string[]): CarColumns {
  const names = header.map(normalize);
  const missing = REQUIRED.filter((name) => !names.includes(name));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (missing.length > 0) {
    const found = header.map((name) => name.trim()).join(', ');
    throw new UsageError(
      `${file} is not a used-car file: its first line lacks ${missing.map((name) => SPELLING[name]).join(', ')} (it has: ${found})`,
      'The first line must be model,year,price,transmission,mileage,fuelType,tax,mpg,engineSize (tax and mpg may be missing).',
    );
  }
  if (twice !== undefined) throw new UsageError(`${file} has the column ${twice} twice`, 'Remove one of the two.');
  const at = (name: string) => names.indexOf(name);
  const optional = (name: string) => (names.includes(name) ? at(name) : undefined);
  return {
    width: names.length,
    make: optional('make'),
    model: at('model'),
    year: at('year'),
    price: at('price'),
    transmission: at('transmission'),
    mileage: at('mileage'),
    fuelType: at('fueltype'),
    tax: optional('tax'),
    mpg: optional('mpg'),
    engineSize: at('enginesize'),
  };
}

const SPELLING: Readonly<Record<(typeof REQUIRED)[number], string>> = {
  model: 'model',
  year: 'year',
  price: 'price',
  transmission: 'transmission',
  mileage: 'mileage',
  fueltype: 'fuelType',
  enginesize: 'engineSize',
};

/** hyundi.csv has `tax(£)`, and the £ may be in any encoding. */
function normalize(name: string): string {
  const plain = name.trim().toLowerCase();
  return /^tax\(.*\)$/.test(plain) ? 'tax' : plain;
}
