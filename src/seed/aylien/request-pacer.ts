import type { Clock } from '../pace/system-clock.js';
import type { Rate } from './client-limits.js';

/**
 * Keeps requests within several rates at once. It counts the requests of the stretch before now, and not from a bucket that
 * refills: a full bucket of 60 would let 120 requests into one minute, which the API answers with 429.
 */
export class RequestPacer {
  private sentAt: number[] = [];

  constructor(
    private readonly rates: readonly Rate[],
    private readonly clock: Clock,
  ) {}

  /** Counts a request as sent now and gives 0, or gives how many milliseconds it has to wait and counts nothing. */
  take(): number {
    const now = this.clock.now();
    this.followBack(now);
    const waitMs = Math.max(0, ...this.rates.map((rate) => this.waitMs(rate, now)));
    if (waitMs > 0) return waitMs;
    this.sentAt.push(now);
    const remembered = Math.max(0, ...this.rates.map(({ requests }) => requests));
    this.sentAt.splice(0, this.sentAt.length - remembered);
    return 0;
  }

  /** Where the machine's clock was put back, the last request counts as sent now, and those before it as much earlier as they were. */
  private followBack(now: number): void {
    const aheadMs = (this.sentAt.at(-1) ?? now) - now;
    if (aheadMs > 0) this.sentAt = this.sentAt.map((ms) => ms - aheadMs);
  }

  private waitMs({ requests, everyMs }: Rate, now: number): number {
    const earliest = this.sentAt.at(-requests);
    return earliest === undefined ? 0 : earliest + everyMs - now;
  }
}
