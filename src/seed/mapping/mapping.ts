/** What a mapping makes of an item that is a record. */
export interface MappedRecord<Value> {
  readonly value: Value;
  /** Its own event time, milliseconds since 1970, where the mapping has one. */
  readonly eventMs?: number;
  /** What it is counted under: a make, brands. */
  readonly groups: readonly string[];
  /** What is unlikely about it, although it is published. */
  readonly oddity?: string | undefined;
}

/** How the items of a source become records. */
export interface Mapping<Raw, Value> {
  /** Items say when they happened; else the time of a record is given when it is published. */
  readonly hasEventTime: boolean;
  /** No two items have the same key, so that keys need not be remembered. */
  readonly hasUniqueKeys: boolean;
  /** The first line of a file of recorded items, where it needs one. */
  readonly recordHeader?: string;
  /** The key of the record; undefined for an item that becomes none. */
  keyOf(raw: Raw): string | undefined;
  /** The record, or the reason why the item is none. */
  map(raw: Raw, nowMs: number): MappedRecord<Value> | { readonly reject: string };
  /** What is published: the value as that of a record which happens at this time. */
  moveTo(value: Value, eventMs: number): object;
  /** What a reject shows of the item. */
  toInput(raw: Raw): unknown;
  /** The item as a line of a file that the same command reads again. */
  toLine(raw: Raw): string;
}
