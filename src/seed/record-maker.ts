import { rejectOf, type SiftedRecord } from './item-sifter.js';
import type { Mapping } from './mapping/mapping.js';
import type { LateRecords } from './pace/late-records.js';
import type { SeedItem } from './publish-records.js';
import { findOversize } from './record-size.js';
import type { SeedTally } from './seed-tally.js';
import type { SeedTotals } from './seed-totals.js';
import type { SourceBatch } from './source/source.js';

export type BatchPlace = Pick<SourceBatch<unknown>, 'source' | 'place'>;

export interface MakerParts {
  readonly totals: SeedTotals;
  readonly tally: SeedTally;
  readonly late: LateRecords | undefined;
}

/** Makes what is published, and notes all that goes out or aside. */
export class RecordMaker<Value> {
  constructor(
    private readonly mapping: Pick<Mapping<never, Value>, 'moveTo'>,
    private readonly parts: MakerParts,
  ) {}

  /** The record as it happens at this time, or why the broker would not take it. */
  make(from: BatchPlace, sifted: SiftedRecord<Value>, eventMs: number, nowMs: number): SeedItem {
    const { key, mapped, at, input } = sifted;
    const { totals, late } = this.parts;
    const record = { key, value: JSON.stringify(this.mapping.moveTo(mapped.value, eventMs)) };
    const oversize = findOversize(record);
    if (oversize) return this.note(from, rejectOf(from, { at, reason: oversize, input }));
    const happenedMs = Math.min(eventMs, nowMs);
    late?.look(happenedMs);
    totals.countGroups(mapped.groups);
    if (mapped.oddity) totals.odd.push(`${from.place}${at} ${mapped.oddity}`);
    return this.note(from, { record }, happenedMs);
  }

  note(from: BatchPlace, item: SeedItem, eventMs?: number): SeedItem {
    this.parts.tally.note(from.source, item, eventMs);
    return item;
  }
}
