/** How far a piece of work has come; what can be counted is counted in `unit` (records, MB). */
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
  /** Runs one named piece of work and shows that it goes on, how long it took and whether it failed. */
  step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
  /** Says a fact worth knowing while the command runs (stderr, never part of the result). */
  say(message: string): void;
  warn(message: string): void;
  progress(now: Progress): void;
  /** One item of a stream of results: NDJSON under --json, else the text. */
  item(value: object, text: () => string): void;
  /** A view that takes the place of the one before: drawn over it on a terminal, NDJSON under --json. */
  view(value: object, text: () => string): void;
  /** The result of the command: JSON under --json, else the text. */
  result(value: object, text: () => string): void;
  failure(error: unknown): void;
}
