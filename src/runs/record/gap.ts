/** Records that a run will never read, though its checkpoint had not come to them yet or knows nothing of them. */
export interface Gap {
  readonly topic: string;
  readonly partition: number;
  /** The first offset that is not read. */
  readonly from: number;
  /** The first one after the gap; null where nobody can tell any more. */
  readonly to: number | null;
  readonly why: string;
}
