import { defineErrors, ExitCode, MillraceError } from '../../errors.js';

export const newsApiErrors = defineErrors({
  CREDENTIALS_MISSING: {
    exitCode: ExitCode.Prerequisite,
    message: ({ missing }: { missing: readonly string[] }) =>
      `The news API needs credentials, and ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set`,
    hint:
      'Set AYLIEN_APP_ID and AYLIEN_API_KEY, or AYLIEN_APP_ID, AYLIEN_USERNAME and AYLIEN_PASSWORD, in the environment or in a file ' +
      'of mode 600. Without an account, `millrace news-emulator` answers like the API, and takes any id and key.',
  },
  // The API does not take the request; it will not take the same one later either.
  NEWS_API_REFUSED: {
    exitCode: ExitCode.Remote,
    message: ({ refusal, redirectedTo }: { refusal: ApiRefusal; redirectedTo?: string }) =>
      redirectedTo === undefined
        ? `The news API refused the request: ${describeRefusal(refusal)}`
        : `The news API sent the request on to ${redirectedTo}, where the credentials do not go`,
    hint: ({ refusal, redirectedTo }) =>
      redirectedTo === undefined
        ? hintFor(refusal.status)
        : 'Check --api-url, and what stands between here and the API: a proxy, a sign-in page.',
    onlyInWords: ['redirectedTo'],
  },
});

/** What the API said when it refused a request; null where it did not say. */
export interface ApiRefusal {
  readonly status: number;
  readonly statusText: string;
  readonly apiCode: string | null;
  readonly apiId: string | null;
  readonly title: string | null;
  readonly detail: string | null;
}

/** `429 Too Many Requests: You've exceeded your rate limit (KB429, error429_too_many_request)`. */
export function describeRefusal({ status, statusText, apiCode, apiId, title, detail }: ApiRefusal): string {
  const codes = [apiCode, apiId].filter((text) => text !== null).join(', ');
  const what = [title ?? statusText, detail].filter(Boolean).join(': ');
  return [status, what, codes && `(${codes})`].filter(Boolean).join(' ');
}

/** The API redirected to another host, and credentials do not go there. */
export function redirectRefused(host: string, status: number): MillraceError {
  const refusal = { status, statusText: '', apiCode: null, apiId: null, title: null, detail: null };
  return newsApiErrors.NEWS_API_REFUSED({ refusal, redirectedTo: host });
}

function hintFor(status: number): string {
  if (status === 401)
    return 'Check the AYLIEN_* variables or the credentials file: the id, the key or the password is not right.';
  if (status === 403) return 'Your plan may not have this, or the account may be blocked: see your account at the API.';
  if (status === 404 || status === 405) return 'Check --api-url and --api-version: nothing of this name is there.';
  if (status === 414) return 'Ask for fewer brands, or give a shorter --aql.';
  return 'Check --aql, --since and --until.';
}

/** The API gave no page in spite of several attempts; later it may. */
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

  /** A page that leads back to an earlier one: the last page would never come. */
  static afterLoop(pages: number): NewsApiUnavailableError {
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
