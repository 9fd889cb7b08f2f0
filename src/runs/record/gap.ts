/** Records of a partition that no run of this checkpoint has read or will ever read. */
export interface Gap {
  readonly topic: string;
  readonly partition: number;
  /** The first offset that is not read. */
  readonly from: number;
  /** The first offset after the gap; null if it is no longer known. */
  readonly to: number | null;
  readonly why: string;
}
