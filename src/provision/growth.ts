import type { Progress, Reporter } from '../report/reporter.js';

const INTERVAL_MS = 1000;

/** Shows how far the work is, once a second until it ends. `measure` must not fail. */
export async function showGrowth<T>(
  { report, measure }: { report: Reporter; measure: () => Promise<Progress> },
  work: () => Promise<T>,
): Promise<T> {
  let isMeasuring = false;
  let isOver = false;
  const tick = async () => {
    if (isMeasuring) return;
    isMeasuring = true;
    const now = await measure();
    isMeasuring = false;
    if (!isOver) report.progress(now);
  };
  const timer = setInterval(() => void tick(), INTERVAL_MS);
  try {
    return await work();
  } finally {
    isOver = true;
    clearInterval(timer);
  }
}
