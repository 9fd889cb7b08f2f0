/**
 * Waits for `work`, but rejects with the signal's reason `graceMs` after the signal was aborted; the outcome of `work` is then
 * ignored. Removes its listener from the signal, since a command may run for weeks with the same one.
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

/** Waits for `work`, but rejects with `makeError()` when it has not ended within `ms`. */
export function within<T>(ms: number, work: Promise<T>, makeError: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(makeError()), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
