import type { Brands } from '../../brands/brands.js';
import type { CsvFile, CsvRow } from '../../source/csv-files.js';
import type { Mapping } from '../mapping.js';
import type { CarColumns } from './car-header.js';
import { type CarListing, findOddity, toCarListing, type UnlistedCar } from './car-listing.js';

type CarRow = CsvRow<CarColumns>;

const RECORDED = [
  'model',
  'year',
  'price',
  'transmission',
  'mileage',
  'fuelType',
  'tax',
  'mpg',
  'engineSize',
] as const satisfies readonly (keyof CarColumns)[];

/** Makes `car-listing/1` records of rows; the key is `<file>/<row>`, and the time is given when they are published. */
export class CarMapping implements Mapping<CarRow, UnlistedCar> {
  readonly hasUniqueKeys = true;
  readonly recordHeader = ['make', ...RECORDED].join(',');
  private readonly thisYear = new Date().getUTCFullYear();
  private file: CsvFile<CarColumns> | undefined;
  private make = '';
  private isoMs = 0;
  private iso = '';

  constructor(private readonly brands: Brands) {}

  keyOf({ file, row }: CarRow): string {
    return `${file.stem}/${row}`;
  }

  map({ cells, file }: CarRow) {
    const { source, columns } = file;
    const make = this.makeOf(file);
    const listing = toCarListing(cells, columns, { source, make, makeOf: this.brands.makeOfFile });
    if (typeof listing === 'string') return { reject: listing };
    return { value: listing, groups: [listing.make], oddity: findOddity(listing, this.thisYear) };
  }

  withEventTime(listing: UnlistedCar, eventMs: number): CarListing {
    return { ...listing, listed_at: this.toIso(eventMs) };
  }

  toInput({ cells }: CarRow): readonly string[] {
    return cells;
  }

  /** Each recorded row names its make, since the file's name no longer does. A row rejected for its width is rejected again. */
  toLine({ cells, file }: CarRow): string {
    const { columns } = file;
    if (cells.length !== columns.width) return toCsvCell(cells.join(','));
    const own = columns.make === undefined ? '' : (cells[columns.make]?.trim() ?? '');
    const kept = RECORDED.map((name) => cells[columns[name] ?? -1] ?? '');
    return [own || this.makeOf(file), ...kept].map(toCsvCell).join(',');
  }

  /** Kept for the next row, which is most often of the same file. */
  private makeOf(file: CsvFile<CarColumns>): string {
    if (file !== this.file) this.make = this.brands.makeOfFile(file.stem);
    this.file = file;
    return this.make;
  }

  /** Kept for the next row: thousands of rows share a millisecond. */
  private toIso(ms: number): string {
    if (ms !== this.isoMs) this.iso = new Date(ms).toISOString();
    this.isoMs = ms;
    return this.iso;
  }
}

function toCsvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
