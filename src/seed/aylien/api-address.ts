import { UsageError } from '../../errors.js';
import type { ApiVersion } from '../../news-api/api-version.js';

export interface StoriesQuery {
  /** The query, in the API's own query language. */
  readonly aql: string;
  /** ISO with milliseconds, or the API's date math. */
  readonly start: string;
  /** Like `start`. It should be an absolute time: a relative one moves while the pages are read. */
  readonly end: string;
}

export const DEFAULT_BASE_URLS: Readonly<Record<ApiVersion, string>> = {
  v6: 'https://api.aylien.com/v6/news',
  v5: 'https://api.aylien.com/news',
};

/** The most that the API takes. */
export const PAGE_SIZE = 100;
/** The API answers a longer one with 414. */
const LONGEST_URL = 2_048;
/** The API's cursors have had 36 characters so far. */
const ROOM_FOR_CURSOR = '*'.repeat(64);

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * The base address, without a slash at its end.
 * @throws UsageError for text that is not a base address, or when credentials would go over the network unencrypted
 */
export function parseBaseUrl(text: string): URL {
  const hint = `Give a base such as ${DEFAULT_BASE_URLS.v6}, or http://127.0.0.1:8087/v6/news for an emulator on this machine.`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['https:', 'http:'].includes(url.protocol)) {
    throw new UsageError('The base address of the news API is not an http or https URL', hint);
  }
  // Not shown: it may hold a password.
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new UsageError('The base address of the news API has more than a host and a path', hint);
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw new UsageError(
      `Credentials do not go over plain http to ${url.hostname}, where others could read them`,
      hint,
    );
  }
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/** The address that gives tokens. */
export function tokenUrl(base: URL): URL {
  return new URL('/v1/oauth/token', base);
}

/** @throws UsageError when the URL would be too long for the API */
export function refuseTooLong(base: URL, query: StoriesQuery): void {
  const { length } = storiesUrl(base, query, ROOM_FOR_CURSOR).href;
  if (length <= LONGEST_URL) return;
  throw new UsageError(
    `The query is too long: its URL would have ${length} characters, and the news API takes ${LONGEST_URL}`,
    'Ask for fewer brands, or give a shorter --aql.',
  );
}

/** The address of one page; the first one has the cursor `*`. */
export function storiesUrl(base: URL, { aql, start, end }: StoriesQuery, cursor: string): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, '')}/stories`;
  url.search = new URLSearchParams({
    aql,
    'published_at.start': start,
    'published_at.end': end,
    sort_by: 'published_at',
    // The oldest first: so a backlog reaches the topic in about the order of its event times. Otherwise its newest stories would move
    // a job's watermark past the rest.
    sort_direction: 'asc',
    per_page: String(PAGE_SIZE),
    cursor,
  }).toString();
  return url;
}
