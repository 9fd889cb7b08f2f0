import { UsageError } from '../../errors.js';
import type { ApiVersion } from '../../news-api/api-version.js';
import { readInstant } from '../../news-api/instant.js';
import { type Clock, systemClock } from '../pace/system-clock.js';
import { at } from '../source/json-fields.js';
import {
  DEFAULT_BASE_URLS,
  PAGE_SIZE,
  parseBaseUrl,
  refuseTooLong,
  type StoriesQuery,
  storiesUrl,
} from './api-address.js';
import { authorizerFor } from './authorizer.js';
import { type ClientLimits, DEFAULT_LIMITS } from './client-limits.js';
import type { Credentials } from './credentials.js';
import { NewsApiUnavailableError } from './news-api-errors.js';
import { PageGetter } from './page-getter.js';
import type { Quota } from './rate-headers.js';

export type { Quota };

export interface StoriesPage {
  /** As they came: their shape is not checked. */
  readonly stories: readonly unknown[];
  /** The hits that are left, as the API tells them with each page. */
  readonly quota: Quota | null;
  readonly warnings: readonly string[];
}

export interface NewsApiClient {
  /**
   * All pages of a query, oldest acquisition first. The last one may be empty, and the same story may come twice. A page is asked
   * for only when the reader wants it.
   * @throws NEWS_API_REFUSED when the API does not take the query or the credentials
   * @throws NewsApiUnavailableError when it gives no page in spite of all attempts
   * @throws UsageError when the query is too long to be sent
   * @throws the signal's reason, as soon as it aborts
   */
  pages(query: StoriesQuery, signal: AbortSignal): AsyncGenerator<StoriesPage, void, undefined>;
}

export interface NewsApiClientOptions {
  readonly version: ApiVersion;
  /** By default the address of the version. */
  readonly baseUrl?: string | undefined;
  readonly credentials: Credentials;
  /** Called before the client waits, with the reason and the time. */
  onWait(reason: string, ms: number): void;
  readonly limits?: Partial<ClientLimits>;
  readonly clock?: Clock;
}

/**
 * The client of the news API; sends nothing yet.
 * @throws UsageError for an unusable address, or for credentials that the version does not take
 */
export function openNewsApi(options: NewsApiClientOptions): NewsApiClient {
  const { version, credentials, baseUrl = DEFAULT_BASE_URLS[version] } = options;
  if (version === 'v5' && credentials.kind === 'oauth') {
    throw new UsageError(
      'v5 of the news API takes no user and password',
      'Set AYLIEN_API_KEY, or use `--api-version v6`.',
    );
  }
  const base = parseBaseUrl(baseUrl);
  const getter = new PageGetter({
    authorizer: authorizerFor(credentials, base),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    clock: options.clock ?? systemClock,
    onWait: (reason, ms) => options.onWait(reason, ms),
  });
  return new AylienApi(base, getter);
}

class AylienApi implements NewsApiClient {
  constructor(
    private readonly base: URL,
    private readonly getter: PageGetter,
  ) {}

  async *pages(query: StoriesQuery, signal: AbortSignal): AsyncGenerator<StoriesPage, void, undefined> {
    let rest: StoriesQuery | undefined = query;
    while (rest) {
      const last: StoriesPage = yield* this.pagesByCursor(rest, signal);
      rest = remainingQuery(last, rest);
    }
  }

  /** @returns the page that the API calls the last one */
  private async *pagesByCursor(query: StoriesQuery, signal: AbortSignal): AsyncGenerator<StoriesPage, StoriesPage> {
    refuseTooLong(this.base, query);
    const sent = new Set<string>();
    for (let cursor = '*'; ; ) {
      const { cursor: next, ...page } = await this.getter.getPage(storiesUrl(this.base, query, cursor), signal);
      yield page;
      // The four signs of a last page that the API has given.
      if (page.stories.length === 0 || next === null || next === '*' || next === cursor) return page;
      sent.add(cursor);
      if (sent.has(next)) throw NewsApiUnavailableError.afterLoop(sent.size);
      cursor = next;
    }
  }
}

/**
 * A full last page may not be the last one: where the API loses a cursor, the answer looks the same. So the client asks again, from
 * the newest time of that page on.
 */
function remainingQuery({ stories }: StoriesPage, query: StoriesQuery): StoriesQuery | undefined {
  if (stories.length < PAGE_SIZE) return undefined;
  const newest = readInstant(at(stories.at(-1), 'published_at'));
  const start = newest === null ? query.start : new Date(newest).toISOString();
  return start === query.start ? undefined : { ...query, start };
}
