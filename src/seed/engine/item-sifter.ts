import type { MappedRecord, Mapping } from '../mapping/mapping.js';
import type { SeedProgress } from '../pace/event-clock.js';
import type { FoundItem, KnownKeys, SourceBatch } from '../source/source.js';
import type { RecordFile } from './record-file.js';
import type { Reject } from './rejects-file.js';

/** An item that becomes a record once its event time is known, and how many items came up to it. */
export interface SiftedRecord<Value> extends SeedProgress {
  readonly key: string;
  readonly mapped: MappedRecord<Value>;
  /** Its place in the batch; `input` is what its reject shows where the record is too large. */
  readonly at: number | string;
  readonly input: unknown;
}

export type SiftedItem<Value> = SiftedRecord<Value> | { readonly reject: Reject } | { readonly duplicate: string };

export interface SifterParts {
  readonly known: KnownKeys;
  readonly now: () => number;
  /** Where `--record` writes the items. */
  readonly record?: RecordFile | undefined;
  /** Ends after this many items, duplicates not counted. */
  readonly limit?: number | undefined;
  /** How many of them earlier attempts have had. */
  readonly fresh?: number;
}

/** Sorts items into records, rejects and duplicates: a key is a record once. Counts them, up to the limit. */
export class ItemSifter<Raw, Value> {
  fresh: number;
  private duplicates = 0;

  constructor(
    private readonly mapping: Mapping<Raw, Value>,
    private readonly parts: SifterParts,
  ) {
    this.fresh = parts.fresh ?? 0;
  }

  get isLimitReached(): boolean {
    return this.fresh >= (this.parts.limit ?? Number.POSITIVE_INFINITY);
  }

  /** @param onEnd gets the number of items that were read before the limit */
  *siftBatch(batch: SourceBatch<Raw>, onEnd: (itemsRead: number) => void = () => {}): Generator<SiftedItem<Value>> {
    let itemsRead = 0;
    try {
      for (const item of batch.items) {
        if (this.isLimitReached) return;
        itemsRead += 1;
        yield this.sift(item, batch);
      }
    } finally {
      onEnd(itemsRead);
    }
  }

  private sift(item: FoundItem<Raw>, batch: SourceBatch<Raw>): SiftedItem<Value> {
    const { at } = item;
    if ('problem' in item) return this.reject(batch, { at, reason: item.problem, input: null });
    const { mapping } = this;
    const { known, now } = this.parts;
    const key = mapping.keyOf(item.raw);
    if (key !== undefined && known.has(key)) return this.skipDuplicate(key);
    const mapped = mapping.map(item.raw, now());
    if ('reject' in mapped) {
      if (known.hasRejected?.(item.raw)) return this.skipDuplicate(batch.positionPrefix + at);
      this.parts.record?.keep(mapping.toLine(item.raw));
      return this.reject(batch, { at, reason: mapped.reject, input: mapping.toInput(item.raw) });
    }
    if (key === undefined) throw new Error(`${batch.positionPrefix}${at} is a record without a key`);
    if (!mapping.hasUniqueKeys) known.add(key, mapped.value);
    this.fresh += 1;
    this.parts.record?.keep(mapping.toLine(item.raw));
    const { fresh, duplicates } = this;
    return { key, mapped, at, input: mapping.toInput(item.raw), fresh, duplicates };
  }

  private skipDuplicate(duplicate: string) {
    this.duplicates += 1;
    return { duplicate };
  }

  private reject(batch: SourceBatch<Raw>, rejected: RejectedItem) {
    this.fresh += 1;
    return rejectOf(batch, rejected);
  }
}

interface RejectedItem {
  readonly at: number | string;
  readonly reason: string;
  readonly input: unknown;
}

export function rejectOf(
  { positionPrefix }: Pick<SourceBatch<unknown>, 'positionPrefix'>,
  { at, reason, input }: RejectedItem,
) {
  return { reject: { position: `${positionPrefix}${at}`, reason, input } };
}
