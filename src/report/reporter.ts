/** How far a piece of work has come; `done` and `total` are counted in `unit` (records, MB). */
export interface Progress {
  readonly label: string;
  readonly done?: number;
  readonly total?: number;
  readonly unit?: string;
}

/** A step's work may say something about its outcome, shown beside the step's title. */
export interface Step {
  detail(text: string): void;
}

/** The only way to speak to the user: terminal, JSON and recording reporters all keep these promises. */
export interface Reporter {
  /** Runs one named piece of work and shows that it is running, how long it took and whether it failed. */
  step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
  /** Tells the user a fact while the command runs (on stderr, never part of the result). */
  say(message: string): void;
  warn(message: string): void;
  progress(now: Progress): void;
  /** One item of a stream of results: NDJSON under --json, else the text. */
  item(value: object, text: () => string): void;
  /** A view that replaces the one before: drawn over it on a terminal, NDJSON under --json. */
  view(value: object, text: () => string): void;
  /** The result of the command: JSON under --json, else the text. */
  result(value: object, text: () => string): void;
  failure(error: unknown): void;
}
