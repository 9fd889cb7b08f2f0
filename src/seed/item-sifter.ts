import type { MappedRecord, Mapping } from './mapping/mapping.js';
import type { SeedProgress } from './pace/event-clock.js';
import type { RecordFile } from './record-file.js';
import type { Reject } from './rejects-file.js';
import type { FoundItem, KnownKeys, SourceBatch } from './source/source.js';

/** An item that becomes a record once its time is known, and how far the seed had come with it. */
export interface SiftedRecord<Value> extends SeedProgress {
  readonly key: string;
  readonly mapped: MappedRecord<Value>;
  /** Its place, and what is shown of it where the broker would not take it. */
  readonly at: number | string;
  readonly input: unknown;
}

export type SiftedItem<Value> = SiftedRecord<Value> | { readonly reject: Reject } | { readonly duplicate: string };

export interface SifterParts {
  readonly known: KnownKeys;
  readonly now: () => number;
  /** Keeps what comes in. */
  readonly record?: RecordFile | undefined;
  /** Ends after so many items that are no duplicates. */
  readonly limit?: number | undefined;
  /** How many of these came before. */
  readonly fresh?: number;
}

/** Tells records from what is none, lets each key through once, and counts. */
export class ItemSifter<Raw, Value> {
  fresh: number;
  private duplicates = 0;

  constructor(
    private readonly mapping: Mapping<Raw, Value>,
    private readonly parts: SifterParts,
  ) {
    this.fresh = parts.fresh ?? 0;
  }

  /** The limit is reached. */
  get isFull(): boolean {
    return this.fresh >= (this.parts.limit ?? Number.POSITIVE_INFINITY);
  }

  /** @param onEnd told how many of the items were looked at */
  *siftBatch(batch: SourceBatch<Raw>, onEnd: (looked: number) => void = () => {}): Generator<SiftedItem<Value>> {
    let looked = 0;
    try {
      for (const item of batch.items) {
        if (this.isFull) return;
        looked += 1;
        yield this.sift(item, batch);
      }
    } finally {
      onEnd(looked);
    }
  }

  private sift(item: FoundItem<Raw>, batch: SourceBatch<Raw>): SiftedItem<Value> {
    const { at } = item;
    if ('problem' in item) return this.refuse(batch, { at, reason: item.problem, input: null });
    const { mapping } = this;
    const { known, now } = this.parts;
    const key = mapping.keyOf(item.raw);
    if (key !== undefined && known.has(key)) return this.passOver(key);
    const mapped = mapping.map(item.raw, now());
    if ('reject' in mapped) {
      if (known.hasRejected?.(item.raw)) return this.passOver(batch.place + at);
      this.parts.record?.keep(mapping.toLine(item.raw));
      return this.refuse(batch, { at, reason: mapped.reject, input: mapping.toInput(item.raw) });
    }
    if (key === undefined) throw new Error(`${batch.place}${at} is a record without a key`);
    if (!mapping.hasUniqueKeys) known.add(key, mapped.value);
    this.fresh += 1;
    this.parts.record?.keep(mapping.toLine(item.raw));
    const { fresh, duplicates } = this;
    return { key, mapped, at, input: mapping.toInput(item.raw), fresh, duplicates };
  }

  private passOver(duplicate: string) {
    this.duplicates += 1;
    return { duplicate };
  }

  private refuse(batch: SourceBatch<Raw>, refused: RefusedItem) {
    this.fresh += 1;
    return rejectOf(batch, refused);
  }
}

interface RefusedItem {
  readonly at: number | string;
  readonly reason: string;
  readonly input: unknown;
}

export function rejectOf({ place }: Pick<SourceBatch<unknown>, 'place'>, { at, reason, input }: RefusedItem) {
  return { reject: { position: `${place}${at}`, reason, input } };
}
