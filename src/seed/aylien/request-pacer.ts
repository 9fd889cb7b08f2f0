import type { Clock } from '../pace/system-clock.js';
import type { Rate } from './client-limits.js';

/**
 * Keeps requests within several rates at once. It counts the requests of the time just before now. It has no bucket that refills: a
 * full bucket of 60 would allow 120 requests within one minute, which the API answers with 429.
 */
export class RequestPacer {
  private sentAt: number[] = [];

  constructor(
    private readonly rates: readonly Rate[],
    private readonly clock: Clock,
  ) {}

  /** Gives 0 and counts a request as sent now; or gives the milliseconds to wait, and counts nothing. */
  take(): number {
    const now = this.clock.now();
    this.followClockBack(now);
    const waitMs = Math.max(0, ...this.rates.map((rate) => this.waitMs(rate, now)));
    if (waitMs > 0) return waitMs;
    this.sentAt.push(now);
    const remembered = Math.max(0, ...this.rates.map(({ requests }) => requests));
    this.sentAt.splice(0, this.sentAt.length - remembered);
    return 0;
  }

  /** If the machine's clock was put back, moves all times back with it, so that the last request counts as sent now. */
  private followClockBack(now: number): void {
    const aheadMs = (this.sentAt.at(-1) ?? now) - now;
    if (aheadMs > 0) this.sentAt = this.sentAt.map((ms) => ms - aheadMs);
  }

  private waitMs({ requests, everyMs }: Rate, now: number): number {
    const earliest = this.sentAt.at(-requests);
    return earliest === undefined ? 0 : earliest + everyMs - now;
  }
}
