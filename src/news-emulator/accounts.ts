import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from './api-error.js';

/** The only account. Without one, any application id with any key is accepted. */
export interface Account {
  readonly appId: string;
  readonly appKey: string;
  readonly username: string;
  readonly password: string;
}

export interface AccountOptions {
  readonly account: Account | null;
  readonly tokenLifeMs: number;
  readonly now: () => number;
}

const MISSING =
  'Send X-AYLIEN-NewsAPI-Application-ID with X-AYLIEN-NewsAPI-Application-Key, or AppId with a bearer token.';

/** Checks credentials in both forms: the headers with application id and key, and OAuth. */
export class Accounts {
  /** Tokens, and until when each is valid. */
  private readonly tokens = new Map<string, number>();

  constructor(private readonly options: AccountOptions) {}

  /** The application id of a request. @throws ApiError 401 */
  appIdOf(headers: IncomingHttpHeaders): string {
    const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
    const appId = textOf(headers[token ? 'appid' : 'x-aylien-newsapi-application-id']);
    const appKey = textOf(headers['x-aylien-newsapi-application-key']);
    if (appId === '' || (token === undefined && appKey === '')) throw new ApiError(401, MISSING);
    if (token !== undefined) this.requireValid(token);
    const { account } = this.options;
    const isKnown = !account || (account.appId === appId && (token !== undefined || account.appKey === appKey));
    if (!isKnown) throw new ApiError(401, 'The application id or its key is wrong.');
    return appId;
  }

  /**
   * A new token for `POST /v1/oauth/token`: Basic authentication, and a form with `grant_type=password`.
   * @throws ApiError 400, 401
   */
  issueToken(headers: IncomingHttpHeaders, form: string): object {
    if (new URLSearchParams(form).get('grant_type') !== 'password') {
      throw new ApiError(400, 'The form must say grant_type=password.');
    }
    const [, encoded = ''] = /^Basic (\S+)$/i.exec(headers.authorization ?? '') ?? [];
    const [, username = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
    const { account, tokenLifeMs, now } = this.options;
    const isKnown = !account || (account.username === username && account.password === password);
    if (username === '' || password === '' || !isKnown) throw new ApiError(401, 'The user or the password is wrong.');
    this.forgetExpired();
    const token = randomUUID();
    this.tokens.set(token, now() + tokenLifeMs);
    // [INF]: the fields beside `access_token`.
    return { access_token: token, token_type: 'bearer', expires_in: Math.ceil(tokenLifeMs / 1_000) };
  }

  private requireValid(token: string): void {
    if ((this.tokens.get(token) ?? 0) <= this.options.now()) {
      throw new ApiError(401, 'The bearer token is unknown, or has expired.');
    }
  }

  private forgetExpired(): void {
    for (const [token, untilMs] of this.tokens) if (untilMs <= this.options.now()) this.tokens.delete(token);
  }
}

function textOf(header: string | string[] | undefined): string {
  return String(header ?? '').trim();
}
