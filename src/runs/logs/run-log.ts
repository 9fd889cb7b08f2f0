export interface RunLogLine {
  /** `driver`, or `executor-0`, … */
  readonly source: string;
  readonly line: string;
}

/** Something of a run that writes lines. */
export interface RunLog {
  /** How often it is worth looking. */
  readonly lookEveryMs: number;
  /** The newest lines of each source. */
  last(lines: number): Promise<readonly RunLogLine[]>;
  /** What came since. */
  next(): Promise<readonly RunLogLine[]>;
}
