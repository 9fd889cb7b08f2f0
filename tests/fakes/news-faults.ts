import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** What can go wrong between a client and the news API. Without parameters a kind is enough. */
export type Fault =
  | { readonly kind: SimpleFault }
  | {
      /** 429 with one family of headers; `resetInMs` is how far ahead they say to come back, 1 s by default. */
      readonly kind: 'rate-limited';
      readonly family: 'x-ratelimit' | 'hit' | 'retry-after' | 'none';
      readonly resetInMs?: number;
    }
  | { readonly kind: 'status'; readonly status: number }
  /** A good answer, one byte at a time. */
  | { readonly kind: 'drip'; readonly everyMs?: number }
  /** Much more than it seems: gzip of blanks. */
  | { readonly kind: 'gzip-bomb'; readonly megabytes?: number }
  /** The cursor of a page before, whose stories would come again and again. */
  | { readonly kind: 'repeated-cursor'; readonly pagesBack?: number }
  /** `Date` and the reset of the limit, as from a clock that is wrong by this much. */
  | { readonly kind: 'clock-skew'; readonly byMs: number };

export type SimpleFault =
  | 'hang'
  /** The head of an answer and half of its body, then silence. */
  | 'hang-midway'
  /** The connection ends without an answer. */
  | 'cut'
  /** The connection ends in the middle of the body. */
  | 'cut-midway'
  /** A whole answer whose JSON is not. */
  | 'truncated-json'
  /** A gateway's page, with 200. */
  | 'html'
  /** To another host, which records what it is sent. */
  | 'redirect'
  /** The page begins with the last story of the page before. */
  | 'duplicate-ids'
  /** A page without `next_page_cursor`. */
  | 'missing-cursor';

export interface Upstream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What happened so far, for the faults that repeat it. */
export interface Memory {
  /** The cursors that were sent, the newest last. */
  readonly cursors: string[];
  /** Of the newest page that was handed through. */
  lastStory: unknown;
}

export interface Exchange {
  readonly target: string;
  readonly response: ServerResponse;
  readonly memory: Memory;
  /** The base of the other host. */
  readonly elsewhere: string;
  /** Asks the real one. */
  forward(): Promise<Upstream>;
}

interface Page {
  stories: unknown[];
  next_page_cursor?: string;
}

const BOMB_PIECE_MB = 10;

/** Answers as the fault has it. */
export async function commit(fault: Fault, exchange: Exchange): Promise<void> {
  const { response, elsewhere, target, forward } = exchange;
  switch (fault.kind) {
    case 'hang':
      return;
    case 'cut':
      response.destroy();
      return;
    case 'status':
      return send(response, errorAnswer(fault.status, {}));
    case 'rate-limited':
      return send(response, errorAnswer(429, limitHeaders(fault.family, fault.resetInMs ?? 1_000)));
    case 'html':
      return send(response, { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Busy</html>' });
    case 'redirect':
      return send(response, { status: 302, headers: { location: `${elsewhere}${target}` }, body: '' });
    case 'gzip-bomb':
      return explode(response, fault.megabytes ?? 1_000);
    case 'drip':
      return drip(response, await forward(), fault.everyMs ?? 1_000);
    case 'hang-midway':
      return sendHalf(response, await forward(), () => undefined);
    case 'cut-midway':
      return sendHalf(response, await forward(), () => response.destroy());
    default:
      return send(response, spoil(fault, await forward(), exchange.memory));
  }
}

/** A whole answer, but for what is wrong in it. */
function spoil(fault: Fault, upstream: Upstream, { cursors, lastStory }: Memory): Upstream {
  switch (fault.kind) {
    case 'clock-skew':
      return skew(upstream, fault.byMs);
    case 'duplicate-ids':
      return changePage(upstream, (page) => page.stories.unshift(...(lastStory === undefined ? [] : [lastStory])));
    case 'repeated-cursor': {
      const next_page_cursor = cursors.at(-1 - (fault.pagesBack ?? 1)) ?? cursors[0];
      return changePage(upstream, (page) => Object.assign(page, { next_page_cursor }));
    }
    case 'missing-cursor':
      return changePage(upstream, (page) => delete page.next_page_cursor);
    default:
      return { ...upstream, body: upstream.body.slice(0, upstream.body.length / 2) };
  }
}

export function send(response: ServerResponse, { status, headers, body }: Upstream): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function errorAnswer(status: number, headers: Upstream['headers']): Upstream {
  const error = {
    id: `error${status}`,
    code: `KB${status}`,
    title: 'A fault of the test',
    detail: 'On purpose.',
    status,
  };
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ errors: [error] }),
  };
}

function limitHeaders(family: (Fault & { kind: 'rate-limited' })['family'], resetInMs: number): Upstream['headers'] {
  const reset = String(Math.ceil((Date.now() + resetInMs) / 1_000));
  if (family === 'x-ratelimit') {
    return { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
  }
  if (family === 'hit') {
    return { 'x-ratelimit-hit-limit': '60', 'x-ratelimit-hit-remaining': '0', 'x-ratelimit-hit-period': 'minute' };
  }
  return family === 'retry-after' ? { 'retry-after': String(Math.ceil(resetInMs / 1_000)) } : {};
}

async function explode(response: ServerResponse, megabytes: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
  // Members of gzip one after another are one stream.
  const piece = gzipSync(Buffer.alloc(BOMB_PIECE_MB * 1_000_000, ' '));
  for (let sent = 0; sent < megabytes && !response.destroyed; sent += BOMB_PIECE_MB) {
    if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
  }
  response.end();
}

function drip(response: ServerResponse, { status, headers, body }: Upstream, everyMs: number): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.flushHeaders();
  let at = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(at, at + 1));
    at += 1;
    if (at >= bytes.length) response.end();
  }, everyMs);
  response.once('close', () => clearInterval(timer));
}

function sendHalf(response: ServerResponse, { status, headers, body }: Upstream, onSent: () => void): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2), onSent);
}

function skew(upstream: Upstream, byMs: number): Upstream {
  const reset = Number(upstream.headers['x-ratelimit-reset']) + Math.round(byMs / 1_000);
  const date = new Date(Date.now() + byMs).toUTCString();
  return { ...upstream, headers: { ...upstream.headers, date, ...(reset && { 'x-ratelimit-reset': String(reset) }) } };
}

function changePage(upstream: Upstream, change: (page: Page) => unknown): Upstream {
  if (upstream.status !== 200) return upstream;
  const page = JSON.parse(upstream.body) as Page;
  change(page);
  return { ...upstream, body: JSON.stringify(page) };
}
