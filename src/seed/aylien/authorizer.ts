import { z } from 'zod';
import { tokenUrl } from './api-address.js';
import { basicOf, type Credentials, secretsOf } from './credentials.js';
import { readJsonBody } from './envelope.js';
import { PassingFault } from './passing-fault.js';
import { Secret } from './secret.js';
import type { HttpAnswer, HttpCall } from './send-request.js';

/** Puts the credentials into the headers of a request. */
export interface Authorizer {
  /** @param ask sends a request for a token, and gives an answer of 200 */
  headers(ask: (call: HttpCall) => Promise<HttpAnswer>): Promise<Readonly<Record<string, string>>>;
  /** Called after a 401. @returns whether the next request would have new credentials */
  renew(): boolean;
  /** Texts that no message may show. */
  secrets(): readonly Secret[];
}

export function authorizerFor(credentials: Credentials, base: URL): Authorizer {
  return credentials.kind === 'key' ? new KeyAuthorizer(credentials) : new TokenAuthorizer(credentials, base);
}

class KeyAuthorizer implements Authorizer {
  constructor(private readonly credentials: Extract<Credentials, { kind: 'key' }>) {}

  async headers(): Promise<Readonly<Record<string, string>>> {
    return {
      'X-AYLIEN-NewsAPI-Application-ID': this.credentials.appId.reveal(),
      'X-AYLIEN-NewsAPI-Application-Key': this.credentials.apiKey.reveal(),
    };
  }

  renew(): boolean {
    return false;
  }

  secrets(): readonly Secret[] {
    return secretsOf(this.credentials);
  }
}

// A token becomes a header, and a line break in it would become two.
const tokenSchema = z.object({ access_token: z.string().regex(/^[\x21-\x7e]{1,16384}$/) });

/** Asks for a token once and keeps it until a 401: how long a token is valid is not documented. */
class TokenAuthorizer implements Authorizer {
  private token: Secret | undefined;
  /** An answer may still quote it. */
  private previousToken: Secret | undefined;

  constructor(
    private readonly credentials: Extract<Credentials, { kind: 'oauth' }>,
    private readonly base: URL,
  ) {}

  async headers(ask: (call: HttpCall) => Promise<HttpAnswer>): Promise<Readonly<Record<string, string>>> {
    this.token ??= readToken((await ask(this.tokenCall())).body);
    return { Authorization: `Bearer ${this.token.reveal()}`, AppId: this.credentials.appId.reveal() };
  }

  renew(): boolean {
    this.previousToken = this.token;
    this.token = undefined;
    return true;
  }

  secrets(): readonly Secret[] {
    const tokens = [this.token, this.previousToken].filter((token) => token !== undefined);
    return [...secretsOf(this.credentials), ...tokens];
  }

  private tokenCall(): HttpCall {
    return {
      url: tokenUrl(this.base),
      method: 'POST',
      headers: {
        Accept: 'application/json',
        Authorization: `Basic ${basicOf(this.credentials).reveal()}`,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=password',
    };
  }
}

function readToken(body: string): Secret {
  const parsed = tokenSchema.safeParse(readJsonBody(body));
  if (!parsed.success) throw new PassingFault('it answered the request for a token without one');
  return new Secret(parsed.data.access_token);
}
