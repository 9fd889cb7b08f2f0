import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  commit,
  type Exchange,
  type Fault,
  type Memory,
  type SimpleFault,
  send,
  type Upstream,
} from './news-faults.js';

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

export interface FaultOptions {
  /** How many requests it hits, one by default. */
  readonly times?: number;
  /** How many go well before. */
  readonly after?: number;
  /** The last part of the path that it is for, `stories` by default; `token` is that of OAuth. */
  readonly on?: string;
}

export interface FaultyNewsApi {
  /** The base of v6, as the emulator's. */
  readonly url: string;
  readonly v5Url: string;
  /** All that came, oldest first. */
  readonly requests: readonly SeenRequest[];
  /** What the host that `redirect` leads to was sent. */
  readonly elsewhere: readonly SeenRequest[];
  /** Faults come in the order in which they were asked for; each waits until the one before is used up. */
  failNext(fault: Fault | SimpleFault, options?: FaultOptions): void;
  /** Asked for each request that no `failNext` is waiting for; `number` counts all requests from 1. */
  failWhen(decide: (request: SeenRequest, number: number) => Fault | undefined): void;
  close(): Promise<void>;
}

interface Planned {
  readonly fault: Fault;
  readonly on: string;
  times: number;
  after: number;
}

/** A proxy in front of a running emulator (`upstream` is its origin) that answers well until it is told not to. */
export async function startFaultyNewsApi(upstream: string): Promise<FaultyNewsApi> {
  const [requests, elsewhere, planned]: [SeenRequest[], SeenRequest[], Planned[]] = [[], [], []];
  const memory: Memory = { cursors: [], lastStory: undefined };
  let decide: (request: SeenRequest, number: number) => Fault | undefined = () => undefined;
  const other = await serve((request, response) => {
    elsewhere.push(seen(request));
    send(response, { status: 200, headers: {}, body: '{"stories":[]}' });
  });
  const proxy = await serve(async (request, response) => {
    const now = seen(request);
    requests.push(now);
    const body = await text(request);
    const cursor = new URL(now.target, upstream).searchParams.get('cursor');
    if (cursor !== null) memory.cursors.push(cursor);
    const forward = () => ask(upstream, now, body, memory);
    // By another name than that of the proxy: another host to whoever holds a credential.
    const exchange: Exchange = {
      target: now.target,
      response,
      // As it was before this page: a fault repeats what came earlier.
      memory: { ...memory },
      elsewhere: `http://localhost:${other.port}`,
      forward,
    };
    const fault = take(planned, now) ?? decide(now, requests.length);
    const answering = fault ? commit(fault, exchange) : forward().then((answer) => send(response, answer));
    await answering.catch(() => response.destroy());
  });
  return {
    url: `http://127.0.0.1:${proxy.port}/v6/news`,
    v5Url: `http://127.0.0.1:${proxy.port}/news`,
    requests,
    elsewhere,
    failNext: (fault, { times = 1, after = 0, on = 'stories' } = {}) => {
      planned.push({ fault: typeof fault === 'string' ? { kind: fault } : fault, times, after, on });
    },
    failWhen: (decision) => {
      decide = decision;
    },
    close: async () => {
      await Promise.all([proxy.close(), other.close()]);
    },
  };
}

function take(planned: Planned[], { target }: SeenRequest): Fault | undefined {
  const path = target.split('?')[0] ?? '';
  const plan = planned.find(({ on, times }) => times > 0 && path.endsWith(`/${on}`));
  if (!plan) return undefined;
  if (plan.after > 0) {
    plan.after -= 1;
    return undefined;
  }
  plan.times -= 1;
  return plan.fault;
}

function seen({ method = '', url: target = '', headers }: IncomingMessage): SeenRequest {
  return { method, target, headers };
}

const NOT_FORWARDED = ['host', 'connection', 'content-length', 'accept-encoding', 'transfer-encoding', 'keep-alive'];

async function ask(
  upstream: string,
  { method, target, headers }: SeenRequest,
  body: string,
  memory: Memory,
): Promise<Upstream> {
  const kept = Object.entries(headers).filter(([name]) => !NOT_FORWARDED.includes(name)) as [string, string][];
  const answer = await fetch(`${upstream}${target}`, { method, headers: kept, ...(method === 'POST' && { body }) });
  const answered = await answer.text();
  const { stories } = JSON.parse(answered) as { stories?: unknown[] };
  memory.lastStory = stories?.at(-1) ?? memory.lastStory;
  const passed = [...answer.headers].filter(([name]) => !NOT_FORWARDED.includes(name));
  return { status: answer.status, headers: Object.fromEntries(passed), body: answered };
}

async function serve(listener: RequestListener) {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
