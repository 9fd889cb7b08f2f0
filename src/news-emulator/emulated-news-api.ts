import type { IncomingHttpHeaders } from 'node:http';
import type { ApiVersion } from '../news-api/api-version.js';
import { type AccountOptions, Accounts } from './accounts.js';
import { ApiError, errorBody } from './api-error.js';
import { countPeriods, countTrends, listStoryClusters } from './count-endpoints.js';
import { HitLimits, type HitsAllowed } from './hit-limits.js';
import type { ApiRequest } from './parameters.js';
import type { Quirks } from './quirks.js';
import { listStories } from './stories-endpoint.js';
import type { StoryStore } from './story-store.js';

export interface EmulatedNewsApiOptions extends Pick<AccountOptions, 'account'> {
  readonly store: StoryStore;
  readonly quirks: Quirks;
  readonly limits: HitsAllowed;
  /** The clock for date math, tokens, limits and releases, in milliseconds. */
  readonly now: () => number;
}

export interface ApiCall {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

type Endpoint = (request: ApiRequest, version: ApiVersion, store: StoryStore) => object;

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  stories: listStories,
  time_series: (request, _version, store) => countPeriods(request, store),
  trends: (request, _version, store) => countTrends(request, store),
  clusters: (request, _version, store) => listStoryClusters(request, store),
};
const TOKEN_PATH = '/v1/oauth/token';
/** The documentation says 2 kB. */
const LONGEST_TARGET = 2_048;

/** The API without its server: makes an answer from a call. Which of several mistakes is reported first is [INF]. */
export class EmulatedNewsApi {
  private readonly accounts: Accounts;
  private readonly limits: HitLimits;

  constructor(private readonly options: EmulatedNewsApiOptions) {
    const { account, quirks, limits, now } = options;
    this.accounts = new Accounts({ account, tokenLifeMs: quirks.tokenLifeMs, now });
    this.limits = new HitLimits(limits, quirks.rateHeaders, now);
  }

  /** Never throws: a failure is an answer, too. */
  answer(call: ApiCall): ApiAnswer {
    try {
      return this.serve(call);
    } catch (error) {
      const apiError = error instanceof ApiError ? error : new ApiError(500, `A bug of the emulator: ${error}`);
      return { status: apiError.status, headers: apiError.headers, body: errorBody(apiError, this.options.quirks) };
    }
  }

  private serve(call: ApiCall): ApiAnswer {
    const [path = '', query = ''] = call.target.split(/\?(.*)/s);
    if (path === TOKEN_PATH) return this.serveToken(call);
    const [, version, name = ''] = /^(?:\/(v6))?\/news\/([a-z_]+)$/.exec(path) ?? [];
    const endpoint = Object.hasOwn(ENDPOINTS, name) ? ENDPOINTS[name] : undefined;
    if (!endpoint) throw new ApiError(404, `There is no ${path.slice(0, 200)}; ${ENDPOINTS_SERVED}`);
    if (call.method !== 'GET') throw new ApiError(405, `${path} takes GET only.`, { Allow: 'GET' });
    if (call.target.length > LONGEST_TARGET) throw new ApiError(414, 'The URI is longer than 2 kB.');
    const headers = this.limits.hit(this.accounts.appIdOf(call.headers), path);
    const { store, quirks, now } = this.options;
    const request = { parameters: new URLSearchParams(query), now: new Date(now()), quirks };
    return { status: 200, headers, body: withHeaders(headers, () => endpoint(request, version ? 'v6' : 'v5', store)) };
  }

  private serveToken({ method, headers, body }: ApiCall): ApiAnswer {
    if (method !== 'POST') throw new ApiError(405, `${TOKEN_PATH} takes POST only.`, { Allow: 'POST' });
    return { status: 200, headers: {}, body: this.accounts.issueToken(headers, body) };
  }
}

const ENDPOINTS_SERVED = `this emulator serves ${Object.keys(ENDPOINTS).join(', ')} below /v6/news/ and /news/.`;

/** A refused query counts as a hit, too, so its answer has the headers of the limits. */
function withHeaders(headers: Readonly<Record<string, string>>, work: () => object): object {
  try {
    return work();
  } catch (error) {
    throw error instanceof ApiError ? new ApiError(error.status, error.detail, headers) : error;
  }
}
