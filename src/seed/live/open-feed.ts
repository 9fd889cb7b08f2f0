import { UsageError } from '../../errors.js';
import type { ApiVersion } from '../../news-api/api-version.js';
import { parseDateMath } from '../../news-api/date-math.js';
import type { Reporter } from '../../report/reporter.js';
import { DEFAULT_BASE_URLS, parseBaseUrl, refuseTooLong } from '../aylien/api-address.js';
import { brandQuery } from '../aylien/brand-query.js';
import { type NewsApiClient, openNewsApi } from '../aylien/client.js';
import type { Credentials } from '../aylien/credentials.js';
import type { Brands } from '../brands/brands.js';
import { chooseBrands } from '../brands/choose-brands.js';
import type { LiveOptions } from './live-options.js';

export interface FeedOptions {
  readonly version: ApiVersion;
  readonly baseUrl: string | undefined;
  readonly credentials: Credentials;
  readonly brands: Brands;
  /** The brands to ask for. */
  readonly slugs: readonly string[] | undefined;
  /** A query to ask instead of that for brands. */
  readonly aql: string | undefined;
  /** ISO, or the API's date math. */
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly now: Date;
  readonly report: Reporter;
}

export interface Feed {
  readonly api: NewsApiClient;
  readonly query: Pick<LiveOptions, 'aql' | 'address' | 'sinceMs' | 'untilMs'> & {
    /** What the records call the query. */
    readonly queryName: string;
  };
}

/**
 * The client of the news API and the query for it; sends nothing yet.
 * @throws UsageError for an unknown brand, a query that is too long, an invalid or future time, and what `openNewsApi` throws
 */
export function openFeed({ version, baseUrl, credentials, report, now, ...options }: FeedOptions): Feed {
  const onWait = (reason: string, ms: number) =>
    report.say(`the news API: ${reason}; goes on in ${Math.ceil(ms / 1_000)} s`);
  const api = openNewsApi({ version, baseUrl, credentials, onWait });
  const base = parseBaseUrl(baseUrl ?? DEFAULT_BASE_URLS[version]);
  const query = chooseQuery(options);
  const time = now.toISOString(); // only its length counts: all times of a poll have the same
  refuseTooLong(base, { aql: query.aql, start: time, end: time });
  return { api, query: { ...query, address: base.href, ...readTimes(options, now) } };
}

function chooseQuery({ aql, brands, slugs }: Pick<FeedOptions, 'aql' | 'brands' | 'slugs'>) {
  if (aql !== undefined) return { aql, queryName: 'aql' };
  const chosen = chooseBrands(brands, slugs);
  return { aql: brandQuery(chosen), queryName: `brands:${chosen.map(({ slug }) => slug).join(',')}` };
}

function readTimes({ since, until }: Pick<FeedOptions, 'since' | 'until'>, now: Date) {
  const sinceMs = since === undefined ? undefined : parseDateMath(since, now).getTime();
  const untilMs = until === undefined ? undefined : parseDateMath(until, now).getTime();
  if (sinceMs !== undefined && sinceMs >= Math.min(untilMs ?? now.getTime(), now.getTime())) {
    const end = untilMs !== undefined && untilMs < now.getTime() ? `--until ${until}` : 'the present';
    throw new UsageError(`--since ${since} is not before ${end}`, 'Name an earlier moment, such as NOW-1DAY.');
  }
  return { sinceMs, untilMs };
}
