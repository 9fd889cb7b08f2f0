/** The line of a driver's log that names the cause of its failure: of the script if there is one, else of Java, else of Python. */
export function findCause(log: string): string {
  const lines = log.split('\n').map((line) => line.trimEnd());
  const patterns = [
    /^The stream ended with an error: /,
    /Caused by: (?!.*(SparkException: Job aborted))/,
    /^[\w.]+(Error|Exception)(: |$)/,
    /^error: |^Error: /,
    /\bERROR\b/,
  ];
  for (const pattern of patterns) {
    const found = lines.findLast((line) => pattern.test(line));
    if (found) return shorten(found.replace(/^Caused by: /, ''));
  }
  return shorten(lines.findLast((line) => line.trim() !== '') ?? 'it wrote nothing');
}

/** What the last start wrote: restarts use the same log. With Spark 4 its first line is a warning of the JVM. */
export function lastAttempt(log: string): string {
  const starts = [...log.matchAll(/^WARNING: Using incubator modules|^.* SparkContext: Running Spark version /gm)];
  const [before, last] = starts.slice(-2);
  const begin = last && !before?.[0].startsWith('WARNING') ? last : before;
  return log.slice(begin?.index ?? 0);
}

/** The executors that a driver has lost. */
export interface ExecutorLosses {
  readonly count: number;
  /** Why the last one was lost: `Command exited with code 137`, `worker lost: …`. */
  readonly reason: string;
  /** Whether another executor has come since. */
  readonly isReplaced: boolean;
}

/** The executors that the last attempt lost; undefined when it kept them all. */
export function findExecutorLosses(log: string): ExecutorLosses | undefined {
  const attempt = lastAttempt(log);
  const losses = [...attempt.matchAll(/ ERROR TaskSchedulerImpl: Lost executor \d+ on \S+: (.*)/g)];
  const last = losses.at(-1);
  if (!last) return undefined;
  const isReplaced = EXECUTOR_CAME.test(attempt.slice(last.index));
  return { count: losses.length, reason: last[1]?.trim() ?? '', isReplaced };
}

/** Whether the last attempt still waits for an executor; Spark logs that every 15 s. */
export function isWaitingForExecutors(log: string): boolean {
  const attempt = lastAttempt(log);
  const said = attempt.lastIndexOf('Initial job has not accepted any resources');
  return said >= 0 && !EXECUTOR_CAME.test(attempt.slice(said));
}

const EXECUTOR_CAME = /StandaloneDriverEndpoint: Registered executor /;

function shorten(text: string): string {
  return text.length > 400 ? `${text.slice(0, 397)}…` : text;
}
