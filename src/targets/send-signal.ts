/** Signals a process, or with a negative pid a process group; false when it does not exist or belongs to another user. */
export function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
