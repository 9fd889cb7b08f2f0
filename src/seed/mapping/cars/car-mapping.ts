import type { Reporter } from '../../../report/reporter.js';
import { seconds } from '../../../report/style.js';
import type { Brands } from '../../brands/brands.js';
import { findOversize } from '../../record-size.js';
import {
  type SeedContext,
  type SeedOptions,
  type SeedPlan,
  type SeedReport,
  type SeedStart,
  seedTopic,
} from '../../run-seed.js';
import type { SourcedItem } from '../../seed-tally.js';
import { type CarFile, estimateRows, findCarFiles, readRows } from '../../source/csv-files.js';
import { findOddity, toCarListing } from './car-listing.js';

const ODDITIES_NAMED = 5;

export interface SeedCarsOptions extends SeedOptions {
  /** CSV files or folders of them. */
  readonly paths: readonly string[];
  /** `generated/` for the shipped sample, so that training can tell it from real listings. */
  readonly sourcePrefix: string;
  /** Stops after this many rows. */
  readonly limit?: number | undefined;
  /** Spreads `listed_at` over this long before now, in milliseconds; else it is the moment of publishing. */
  readonly spreadMs?: number | undefined;
  /** Spreads them behind the topic's newest event, too: only for a topic whose readers all begin anew. */
  readonly mayGoBehind?: boolean;
}

export interface SeedCarsReport extends SeedReport {
  readonly files: readonly { readonly file: string; readonly read: number }[];
  /** Listings per make, most first. */
  readonly makes: Readonly<Record<string, number>>;
  /** Rows published although they are no likely car, `ford.csv:17728 year 2060`. */
  readonly odd: readonly string[];
}

/**
 * Publishes used-car files as `car-listing/1` records, key `<file>/<row>`; rows that are no listing go to the rejects.
 * @throws UsageError for a wrong file, before anything is published, and what `seedTopic` throws
 */
export async function seedCars(
  context: SeedContext,
  brands: Brands,
  options: SeedCarsOptions,
): Promise<SeedCarsReport> {
  const files = await findCarFiles(options.paths, options.sourcePrefix, context.report);
  const total = Math.min(await estimateRows(files), options.limit ?? Number.POSITIVE_INFINITY);
  const reading = new Reading(files, brands, options, total, context.report);
  const report = await seedTopic(context, reading, options);
  warnOfOddities(context.report, reading.odd);
  return { ...report, files: reading.perFile(), makes: reading.perMake(), odd: reading.odd };
}

function warnOfOddities(report: Reporter, odd: readonly string[]): void {
  for (const what of odd.slice(0, ODDITIES_NAMED)) report.warn(`odd: ${what}; published, and training leaves it out`);
}

class Reading implements SeedPlan {
  readonly wayOn = 'A part of the rows is in the topic: begin anew with `--replace`, or beside them with `--append`.';
  readonly odd: string[] = [];
  private readonly rows = new Map<string, number>();
  private readonly makes = new Map<string, number>();
  private current = '';
  private isoMs = 0;
  private iso = '';

  constructor(
    private readonly files: readonly CarFile[],
    private readonly brands: Brands,
    private readonly options: SeedCarsOptions,
    private readonly total: number,
    private readonly report: Reporter,
  ) {}

  get sources(): string[] {
    return this.files.map(({ source }) => source);
  }

  async check(signal: AbortSignal): Promise<void> {
    for (const file of this.files) {
      for await (const _row of readRows(file)) signal.throwIfAborted();
    }
  }

  async *items({ newestEventMs }: SeedStart): AsyncGenerator<SourcedItem> {
    const { spreadMs, mayGoBehind } = this.options;
    const clock = new EventClock(this.files, spreadMs, mayGoBehind ? 0 : newestEventMs);
    if (spreadMs !== undefined && clock.spanMs < spreadMs) this.warnOfLittleRoom(clock.spanMs);
    let left = this.options.limit ?? Number.POSITIVE_INFINITY;
    for (const file of this.files) {
      this.current = file.stem;
      const make = this.brands.makeOfFile(file.stem);
      let row = 0;
      for await (const { cells, line } of readRows(file)) {
        if (left-- <= 0) return;
        row += 1;
        this.rows.set(file.stem, row);
        yield this.toItem(file, make, row, cells, line, clock.tick(cells));
      }
    }
  }

  private warnOfLittleRoom(spanMs: number): void {
    this.report.warn(
      `spread over ${seconds(spanMs)} only: the newest listing of ${this.options.topic} is that young, and none goes behind it; a new topic has room`,
    );
  }

  describeProgress({ published }: { published: number }) {
    return { label: this.current, done: published, total: this.total, unit: 'records' };
  }

  perFile() {
    return this.files.map(({ source, stem }) => ({ file: source, read: this.rows.get(stem) ?? 0 }));
  }

  perMake(): Record<string, number> {
    return Object.fromEntries([...this.makes].sort(([, a], [, b]) => b - a));
  }

  private toItem(file: CarFile, make: string, row: number, cells: readonly string[], line: number, eventMs: number) {
    const { source, stem, columns } = file;
    const listing = toCarListing(cells, columns, {
      source,
      make,
      listedAt: this.toIso(eventMs),
      makeOf: this.brands.makeOfFile,
    });
    const reject = (reason: string) => ({ source, reject: { position: `${source}:${line}`, reason, input: cells } });
    if (typeof listing === 'string') return reject(listing);
    const record = { key: `${stem}/${row}`, value: JSON.stringify(listing) };
    const oversize = findOversize(record);
    if (oversize) return reject(oversize);
    const oddity = findOddity(listing, new Date(eventMs).getUTCFullYear());
    if (oddity) this.odd.push(`${source}:${line} ${oddity}`);
    this.makes.set(listing.make, (this.makes.get(listing.make) ?? 0) + 1);
    return { source, eventMs, record };
  }

  /** Thousands of rows share a millisecond. */
  private toIso(ms: number): string {
    if (ms !== this.isoMs) {
      this.isoMs = ms;
      this.iso = new Date(ms).toISOString();
    }
    return this.iso;
  }
}

/** The event time of each row: now, or spread evenly over the time before now, and never behind the topic's newest. */
class EventClock {
  private readonly endMs = Date.now();
  private readonly startMs: number;
  private readonly totalBytes: number;
  private doneBytes = 0;

  constructor(
    files: readonly CarFile[],
    private readonly spreadMs: number | undefined,
    private readonly earliestMs: number,
  ) {
    this.startMs = Math.min(this.endMs, Math.max(this.endMs - (spreadMs ?? 0), earliestMs));
    this.totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** How long the rows are spread over, at most what was asked for. */
  get spanMs(): number {
    return this.endMs - this.startMs;
  }

  tick(cells: readonly string[]): number {
    if (this.spreadMs === undefined) return Math.max(Date.now(), this.earliestMs);
    for (const cell of cells) this.doneBytes += cell.length + 1; // a separator, or the end of the line
    const share = Math.min(1, this.doneBytes / this.totalBytes);
    return Math.round(this.startMs + share * (this.endMs - this.startMs));
  }
}
