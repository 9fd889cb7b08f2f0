import { MillraceError } from '../../errors.js';
import type { TextCleaner } from './foreign-text.js';
import { redirectRefused } from './news-api-errors.js';
import { PassingFault } from './passing-fault.js';

/** One HTTP request, credentials included. */
export interface HttpCall {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly body: string;
}

export interface SendOptions {
  /** For the request with its redirects, from the first byte to the last. */
  readonly withinMs: number;
  /** Of the body, unpacked. */
  readonly bodyBytes: number;
  readonly cleanText: TextCleaner;
}

const REDIRECTS = [301, 302, 303, 307, 308];
const MOST_REDIRECTS = 3;

/**
 * Sends a request and reads the whole answer, also of a refusal. Follows redirects on the same origin only.
 * @throws PassingFault when the network fails, the time is over or the answer is too large
 * @throws NEWS_API_REFUSED when it is redirected to another origin
 * @throws the signal's reason when it aborts
 */
export async function sendRequest(call: HttpCall, options: SendOptions, signal: AbortSignal): Promise<HttpAnswer> {
  const { withinMs, bodyBytes } = options;
  signal.throwIfAborted();
  // Not AbortSignal.any, which keeps `signal` in memory in Node 20, and not AbortSignal.timeout, whose timer keeps no process alive.
  const ending = new AbortController();
  const abort = () => ending.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    ending.abort();
  }, withinMs);
  try {
    const response = await follow(call, options, ending.signal);
    const { status, statusText, headers } = response;
    // The status of a refusal counts, also where its body cannot be read.
    const body = status < 400 ? readBody(response, bodyBytes) : readBody(response, bodyBytes).catch(() => '');
    return { status, statusText, headers, body: await body };
  } catch (error) {
    if (isLate) throw new PassingFault(`it did not answer in full within ${Math.ceil(withinMs / 1_000)} s`);
    throw error instanceof PassingFault || error instanceof MillraceError
      ? error
      : new PassingFault(explain(error, options.cleanText));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    signal.throwIfAborted();
  }
}

async function follow(call: HttpCall, { cleanText }: SendOptions, signal: AbortSignal): Promise<Response> {
  const { method, headers, body = null } = call;
  let url = call.url;
  for (let followed = 0; followed <= MOST_REDIRECTS; followed++) {
    const response = await fetch(url.href, { method, headers, body, redirect: 'manual', signal });
    const location = REDIRECTS.includes(response.status) ? response.headers.get('location') : null;
    if (location === null) return response;
    await response.body?.cancel();
    const next = URL.canParse(location, url.href) ? new URL(location, url.href) : undefined;
    if (!next) throw new PassingFault('it redirected the request to something that is not an address');
    // Another port or scheme is another origin: another program may answer there, or the line may be open.
    if (next.origin !== url.origin) throw redirectRefused(cleanText(next.host) ?? 'another place', response.status);
    url = next;
  }
  throw new PassingFault(`it redirected the request more than ${MOST_REDIRECTS} times`);
}

/** The body as text. It is read in pieces, so that a body that unpacks to gigabytes takes no more memory than the limit. */
async function readBody(response: Response, mostBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early ends the connection.
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength;
    if (bytes > mostBytes) throw new PassingFault(`its answer is longer than ${Math.ceil(mostBytes / 1_048_576)} MB`);
    pieces.push(piece);
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}

/** Only the network's reason: the error around it may have parts of the request or the answer. */
function explain(error: unknown, cleanText: TextCleaner): string {
  const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  return `the connection failed (${cleanText(code ?? message)})`;
}
