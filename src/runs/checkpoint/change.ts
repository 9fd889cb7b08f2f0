/** `noted`: the run goes on with right results, and the user should know what the change does and what it does not do. */
export type GuardAnswer = 'safe' | 'noted' | 'refused';

export interface Change {
  readonly field: string;
  /** What changed, as in `window was 10 minutes, is 5 minutes`. */
  readonly words: string;
  readonly answer: GuardAnswer;
  /** What Spark would do, or what the change means from now on. */
  readonly why: string;
  /** The topic that is gone or was created again: the job has not changed, but records are lost. */
  readonly lostTopic?: string;
}

/** The change of a field; empty if it is the same. */
export function compare(field: string, was: unknown, is: unknown, answer: GuardAnswer, why: string): readonly Change[] {
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  return [{ field, words: `${field} was ${show(was)}, is ${show(is)}`, answer, why }];
}

function show(value: unknown): string {
  return value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
}
