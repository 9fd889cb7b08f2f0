import type { Quirks } from './quirks.js';

/** An error that the API sends as its answer; not an error of millrace. */
export class ApiError extends Error {
  /** @param detail what is wrong, in a sentence */
  constructor(
    readonly status: keyof typeof KINDS,
    readonly detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}

// Ids and codes of 422 and 429 are from recorded answers; the others follow their pattern [INF].
const KINDS = {
  400: { id: 'error400_bad_request', title: 'Bad Request' },
  401: { id: 'error401_unauthorized', title: 'Unauthorized' },
  404: { id: 'error404_not_found', title: 'Not Found' },
  405: { id: 'error405_method_not_allowed', title: 'Method Not Allowed' },
  414: { id: 'error414_uri_too_long', title: 'URI Too Long' },
  422: { id: 'error422_unprocessable_entity', title: 'Unprocessable Entity' },
  429: { id: 'error429_too_many_request', title: 'Too Many Requests' },
  500: { id: 'error500_internal_server_error', title: 'Internal Server Error' },
} as const;

/** The documented body. The API can also send XML; the emulator does not. */
export function errorBody({ status, detail }: ApiError, { errorStatus }: Pick<Quirks, 'errorStatus'>): object {
  const { id, title } = KINDS[status];
  const code = `KB${status}`;
  const links = {
    about: `https://docs.aylien.com/newsapi/errors/#${id}`,
    docs: 'https://docs.aylien.com/newsapi/',
  };
  return { errors: [{ id, code, title, detail, status: errorStatus === 'string' ? String(status) : status, links }] };
}
