import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Quota, StoriesPage } from '../../../../src/seed/aylien/client.js';
import { type NewsApiClientOptions, openNewsApi } from '../../../../src/seed/aylien/client.js';
import type { ClientLimits } from '../../../../src/seed/aylien/client-limits.js';
import { type Credentials, readCredentials } from '../../../../src/seed/aylien/credentials.js';
import type { Clock } from '../../../../src/seed/pace/system-clock.js';

export type Reply = (response: ServerResponse, request: SeenRequest) => void;

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly params: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface ScriptedApi {
  /** The base address of its stories. */
  readonly base: string;
  readonly host: string;
  readonly seen: SeenRequest[];
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** An API that gives these replies one after another, and the last one for ever. */
export async function serveReplies(...replies: readonly Reply[]): Promise<ScriptedApi> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const reply = replies[Math.min(seen.length, replies.length - 1)];
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api');
    const { method = '', headers } = request;
    const one = { method, path: pathname, params: searchParams, headers, body: await bodyOf(request) };
    seen.push(one);
    reply?.(response, one);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { base: `http://${host}/v6/news`, host, seen };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of request.setEncoding('utf8')) body += piece;
  return body;
}

/** An address where nobody listens any more. */
export async function closedApi(): Promise<string> {
  const { base } = await serveReplies();
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return base;
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return raw(JSON.stringify(value), status, { 'Content-Type': 'application/json', ...headers });
}

export function raw(body: string | Buffer, status = 200, headers: Record<string, string> = {}): Reply {
  return (response) => response.writeHead(status, headers).end(body);
}

export function gzipped(body: string | Buffer, status = 200): Reply {
  return raw(gzipSync(body), status, { 'Content-Encoding': 'gzip' });
}

/** A page of stories with these ids. */
export function page(ids: readonly number[], cursor?: unknown, more: object = {}): Reply {
  return json({
    stories: ids.map((id) => ({ id })),
    ...(cursor === undefined ? {} : { next_page_cursor: cursor }),
    ...more,
  });
}

export function errors(status: number, some: object, headers: Record<string, string> = {}): Reply {
  return json({ errors: [some] }, status, headers);
}

/** A clock whose sleeps take no time, yet pass. */
export class FakeClock implements Clock {
  nowMs = Date.parse('2026-11-23T22:00:00Z');
  readonly slept: number[] = [];

  constructor(private readonly chance = 0.5) {}

  now(): number {
    return this.nowMs;
  }

  random(): number {
    return this.chance;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.slept.push(ms);
    this.nowMs += ms;
  }
}

export const KEY = { AYLIEN_APP_ID: 'app-id-4711', AYLIEN_API_KEY: 'key-0815-secret' };
export const USER = {
  AYLIEN_APP_ID: 'app-id-4711',
  AYLIEN_USERNAME: 'ada@example.org',
  AYLIEN_PASSWORD: 'päss:word-secret',
};
export const credentialsOf = (env: Record<string, string>): Promise<Credentials> => readCredentials(env, undefined);

export const QUERY = { aql: 'language:(en)', start: '2026-11-23T21:00:00.000Z', end: '2026-11-23T22:00:00.000Z' };

export interface Reading {
  readonly ids: number[];
  readonly pages: StoriesPage[];
  readonly quotas: (Quota | null)[];
  readonly waits: { reason: string; ms: number }[];
  readonly clock: FakeClock;
  /** What the reading ended with; nothing where it came to its end. */
  readonly error: unknown;
}

export interface ReadOptions {
  readonly env?: Record<string, string>;
  readonly limits?: Partial<ClientLimits>;
  readonly clock?: FakeClock;
  readonly signal?: AbortSignal;
  readonly query?: typeof QUERY;
  readonly version?: NewsApiClientOptions['version'];
}

/** Reads all pages of one query, and gives what came, what was waited for and how it ended. */
export async function readAll(base: string, options: ReadOptions = {}): Promise<Reading> {
  const { env = KEY, limits = {}, clock = new FakeClock(), query = QUERY, version = 'v6' } = options;
  const signal = options.signal ?? new AbortController().signal;
  const waits: { reason: string; ms: number }[] = [];
  const pages: StoriesPage[] = [];
  const onWait = (reason: string, ms: number) => waits.push({ reason, ms });
  let error: unknown;
  try {
    const credentials = await credentialsOf(env);
    const api = openNewsApi({ version, baseUrl: base, credentials, onWait, limits, clock });
    for await (const one of api.pages(query, signal)) pages.push(one);
  } catch (thrown) {
    error = thrown;
  }
  const ids = pages.flatMap(({ stories }) => stories.map((story) => (story as { id: number } | null)?.id ?? 0));
  return { ids, pages, quotas: pages.map(({ quota }) => quota), waits, clock, error };
}
