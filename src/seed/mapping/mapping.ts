/** The record that a mapping makes of an item. */
export interface MappedRecord<Value> {
  readonly value: Value;
  /** Its own event time, milliseconds since 1970, where it has one; otherwise it gets its time when it is published. */
  readonly eventMs?: number;
  /** The groups of the report that count it, such as its make. */
  readonly groups: readonly string[];
  /** What is odd about it; it is published nevertheless. */
  readonly oddity?: string | undefined;
}

/** How the items of a source become records. */
export interface Mapping<Raw, Value> {
  /** True if keys never repeat; then they are not remembered. */
  readonly hasUniqueKeys: boolean;
  /** The first line of a `--record` file, where it needs one. */
  readonly recordHeader?: string;
  /** The key of the record; undefined if no record can be made of the item, and then `map` must reject it. */
  keyOf(raw: Raw): string | undefined;
  /** The record, or why none can be made of the item. */
  map(raw: Raw, nowMs: number): MappedRecord<Value> | { readonly reject: string };
  /** The object that is published: the value, with this event time put in. */
  withEventTime(value: Value, eventMs: number): object;
  /** What the rejects file shows of the item. */
  toInput(raw: Raw): unknown;
  /** The item as a line of a file that the same command reads again. */
  toLine(raw: Raw): string;
}
