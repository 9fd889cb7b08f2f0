import { ExitCode, MillraceError } from '../../errors.js';

const CREDENTIALS_HINT =
  'Set AYLIEN_APP_ID and AYLIEN_API_KEY, or AYLIEN_APP_ID, AYLIEN_USERNAME and AYLIEN_PASSWORD, in the environment or in a file ' +
  'of mode 600. Without an account, `millrace news-emulator` answers like the API, and takes any id and key.';

export class CredentialsMissingError extends MillraceError {
  readonly code = 'CREDENTIALS_MISSING';
  readonly exitCode = ExitCode.Prerequisite;
  readonly hint = CREDENTIALS_HINT;

  constructor(readonly missing: readonly string[]) {
    super(
      `The news API needs credentials, and ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set`,
    );
  }
}

/** What the API said of a request that it does not take; null where it did not say. */
export interface ApiRefusal {
  readonly status: number;
  readonly statusText: string;
  readonly apiCode: string | null;
  readonly apiId: string | null;
  readonly title: string | null;
  readonly detail: string | null;
}

/** `429 Too Many Requests: You've exceeded your rate limit (KB429, error429_too_many_request)`. */
export function inWords({ status, statusText, apiCode, apiId, title, detail }: ApiRefusal): string {
  const codes = [apiCode, apiId].filter((text) => text !== null).join(', ');
  const what = [title ?? statusText, detail].filter(Boolean).join(': ');
  return [status, what, codes && `(${codes})`].filter(Boolean).join(' ');
}

/** The API does not take the request; the same one will not be taken later either. */
export class NewsApiRefusedError extends MillraceError {
  readonly code = 'NEWS_API_REFUSED';
  readonly exitCode = ExitCode.Remote;

  static of(refusal: ApiRefusal): NewsApiRefusedError {
    const message = `The news API refused the request: ${inWords(refusal)}`;
    return new NewsApiRefusedError(message, hintFor(refusal.status), refusal);
  }

  /** The API sent us elsewhere, and credentials do not go there. */
  static redirected(host: string, status: number): NewsApiRefusedError {
    return new NewsApiRefusedError(
      `The news API sent the request on to ${host}, where the credentials do not go`,
      'Check --api-url, and what stands between here and the API: a proxy, a sign-in page.',
      { status, statusText: '', apiCode: null, apiId: null, title: null, detail: null },
    );
  }

  private constructor(
    message: string,
    readonly hint: string,
    readonly refusal: ApiRefusal,
  ) {
    super(message);
  }
}

function hintFor(status: number): string {
  if (status === 401)
    return 'Check the AYLIEN_* variables or the credentials file: the id, the key or the password is not right.';
  if (status === 403) return 'Your plan may not have this, or the account may be blocked: see your account at the API.';
  if (status === 404 || status === 405) return 'Check --api-url and --api-version: nothing of this name is there.';
  if (status === 414) return 'Ask for fewer brands, or give a shorter --aql.';
  return 'Check --aql, --since and --until.';
}

/** The API gave no page, although it was asked again and again; later it may. */
export class NewsApiUnavailableError extends MillraceError {
  readonly code = 'NEWS_API_UNAVAILABLE';
  readonly exitCode = ExitCode.NotReady;
  override readonly retriable = true;
  readonly hint =
    'Run the same command again later; if it stays so, check --api-url and whether this machine reaches it.';

  static afterAttempts(reason: string, attempts: number, ms: number): NewsApiUnavailableError {
    const tried = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} in ${Math.round(ms / 1_000)} s`;
    return new NewsApiUnavailableError(`The news API gave no page after ${tried}: ${reason}`, reason);
  }

  /** Page after page, and never the last one. */
  static inCircles(pages: number): NewsApiUnavailableError {
    const reason = `page ${pages} leads back to an earlier one`;
    return new NewsApiUnavailableError(`The pages of the news API go round in circles: ${reason}`, reason);
  }

  private constructor(
    message: string,
    readonly reason: string,
  ) {
    super(message);
  }
}
