import type { Mapping } from '../mapping/mapping.js';
import type { LateRecords } from '../pace/late-records.js';
import type { SourceBatch } from '../source/source.js';
import { rejectOf, type SiftedRecord } from './item-sifter.js';
import type { SeedItem } from './publish-records.js';
import { findOversize } from './record-size.js';
import type { SeedTally } from './seed-tally.js';
import type { SeedTotals } from './seed-totals.js';

export type BatchOrigin = Pick<SourceBatch<unknown>, 'source' | 'positionPrefix'>;

export interface MakerParts {
  readonly totals: SeedTotals;
  readonly tally: SeedTally;
  readonly late: LateRecords | undefined;
}

/** Makes the records that are published, and counts all items for the ledger. */
export class RecordMaker<Value> {
  constructor(
    private readonly mapping: Pick<Mapping<never, Value>, 'withEventTime'>,
    private readonly parts: MakerParts,
  ) {}

  /** The record with this event time; a reject where it is too large for the broker. */
  make(origin: BatchOrigin, sifted: SiftedRecord<Value>, eventMs: number, nowMs: number): SeedItem {
    const { key, mapped, at, input } = sifted;
    const { totals, late } = this.parts;
    const record = { key, value: JSON.stringify(this.mapping.withEventTime(mapped.value, eventMs)) };
    const oversize = findOversize(record);
    if (oversize) return this.note(origin, rejectOf(origin, { at, reason: oversize, input }));
    const happenedMs = Math.min(eventMs, nowMs);
    late?.look(happenedMs);
    totals.countGroups(mapped.groups);
    if (mapped.oddity) totals.odd.push(`${origin.positionPrefix}${at} ${mapped.oddity}`);
    return this.note(origin, { record }, happenedMs);
  }

  note(origin: BatchOrigin, item: SeedItem, eventMs?: number): SeedItem {
    this.parts.tally.note(origin.source, item, eventMs);
    return item;
  }
}
