export interface RunLogLine {
  /** `driver`, or `executor-0`, … */
  readonly source: string;
  readonly line: string;
}

/** A log of a run: its driver's, or those of its executors. */
export interface RunLog {
  /** How often to look for new lines. */
  readonly lookEveryMs: number;
  /** The newest lines of each source. */
  last(lines: number): Promise<readonly RunLogLine[]>;
  /** The lines that came since the last call. */
  next(): Promise<readonly RunLogLine[]>;
}
