/**
 * Ends with the signal's reason once it has been aborted for `graceMs`; what `work` still comes to is then of no interest. Leaves
 * nothing behind at the signal, which may be that of a command that goes on for weeks.
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, graceMs = 0): Promise<T> {
  return new Promise((resolve, reject) => {
    let grace: NodeJS.Timeout | undefined;
    const abort = () => {
      if (graceMs === 0) return reject(signal.reason);
      grace = setTimeout(() => reject(signal.reason), graceMs).unref();
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
      clearTimeout(grace);
    });
  });
}

/** Ends with `late()` when `work` has not ended within `ms`. */
export function within<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
