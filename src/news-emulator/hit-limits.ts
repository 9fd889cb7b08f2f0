import { ApiError } from './api-error.js';
import type { Quirks } from './quirks.js';

/** Null for no limits. */
export type HitsAllowed = { readonly perMinute: number; readonly perSecond: number } | null;

export const API_LIMITS = { perMinute: 60, perSecond: 3 };

interface Window {
  readonly period: 'minute' | 'second';
  readonly limit: number;
  endsMs: number;
  hits: number;
}

const PERIOD_MS = { minute: 60_000, second: 1_000 };

/**
 * Hits per application and endpoint. A window begins with its first hit [INF], and a hit that was refused does not count [INF].
 */
export class HitLimits {
  private readonly windows = new Map<string, readonly Window[]>();

  constructor(
    private readonly limits: HitsAllowed,
    private readonly family: Quirks['rateHeaders'],
    private readonly now: () => number,
  ) {}

  /**
   * Counts one hit. @returns the headers with what is left
   * @throws ApiError 429 with the headers of the window whose limit is reached
   */
  hit(appId: string, endpoint: string): Record<string, string> {
    if (this.limits === null) return {};
    const windows = this.windowsOf(JSON.stringify([appId, endpoint]), this.limits);
    const full = windows.find(({ hits, limit }) => hits >= limit);
    if (full) {
      const detail = `You've exceeded your hits per ${full.period} rate limit (${full.limit}).`;
      throw new ApiError(429, detail, this.headersOf(full));
    }
    for (const window of windows) window.hits += 1;
    const [minute] = windows;
    return minute ? this.headersOf(minute) : {};
  }

  private windowsOf(key: string, { perMinute, perSecond }: NonNullable<HitsAllowed>): readonly Window[] {
    const windows = this.windows.get(key) ?? [
      { period: 'minute', limit: perMinute, endsMs: 0, hits: 0 },
      { period: 'second', limit: perSecond, endsMs: 0, hits: 0 },
    ];
    this.windows.set(key, windows);
    for (const window of windows.filter(({ endsMs }) => endsMs <= this.now())) {
      window.endsMs = this.now() + PERIOD_MS[window.period];
      window.hits = 0;
    }
    return windows;
  }

  private headersOf({ period, limit, hits, endsMs }: Window): Record<string, string> {
    const [isPlain, isHit] = [this.has('x-ratelimit'), this.has('hit')];
    const remaining = String(limit - hits);
    return {
      ...(isPlain && { 'X-RateLimit-Limit': String(limit), 'X-RateLimit-Remaining': remaining }),
      ...(isPlain && { 'X-RateLimit-Reset': String(Math.ceil(endsMs / 1_000)) }),
      ...(isHit && { 'X-RateLimit-Hit-Limit': String(limit), 'X-RateLimit-Hit-Remaining': remaining }),
      ...(isHit && { 'X-RateLimit-Hit-Period': period }),
    };
  }

  private has(family: 'x-ratelimit' | 'hit'): boolean {
    return this.family === family || this.family === 'both';
  }
}
