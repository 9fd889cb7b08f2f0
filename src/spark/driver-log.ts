/** The line of a driver's log that names the cause of its failure: the script's own word first, then Java's, then Python's. */
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

/** Restarts write to the same log: what the last one wrote. The JVM of Spark 4 warns before Spark itself says a word. */
export function lastAttempt(log: string): string {
  const starts = [...log.matchAll(/^WARNING: Using incubator modules|^.* SparkContext: Running Spark version /gm)];
  const [before, last] = starts.slice(-2);
  const begin = last && !before?.[0].startsWith('WARNING') ? last : before;
  return log.slice(begin?.index ?? 0);
}

/** An executor that the driver has lost, as often as it happened. */
export interface ExecutorLosses {
  readonly count: number;
  /** Of the last: `Command exited with code 137`, `worker lost: …`. */
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

/** Whether the last attempt still waits for its first executor, or for another one; Spark says so every 15 s. */
export function isWaitingForExecutors(log: string): boolean {
  const attempt = lastAttempt(log);
  const said = attempt.lastIndexOf('Initial job has not accepted any resources');
  return said >= 0 && !EXECUTOR_CAME.test(attempt.slice(said));
}

const EXECUTOR_CAME = /StandaloneDriverEndpoint: Registered executor /;

function shorten(text: string): string {
  return text.length > 400 ? `${text.slice(0, 397)}…` : text;
}
