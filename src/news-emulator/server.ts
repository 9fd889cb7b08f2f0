import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describePortHolder } from '../targets/port-holder.js';
import type { Account } from './accounts.js';
import { type ApiCall, EmulatedNewsApi } from './emulated-news-api.js';
import { emulatorErrors } from './emulator-errors.js';
import type { StorySize } from './generate-stories.js';
import { API_LIMITS, type HitsAllowed } from './hit-limits.js';
import { DEFAULT_QUIRKS, type Quirks } from './quirks.js';
import { type FeedState, StoryStore } from './story-store.js';

export interface EmulatorOptions {
  /** How many stories there are in total; most of them are released at the start. */
  readonly stories: number;
  readonly seed: number;
  readonly size: StorySize;
  readonly releasePerSecond: number;
  /** 0 takes any free port. */
  readonly port: number;
  readonly limits: HitsAllowed;
  readonly quirks: Partial<Quirks>;
  /** The only account that is accepted; null accepts any application id with any key. */
  readonly account: Account | null;
  /** The clock of the emulator, in milliseconds; `Date.now` except in tests. */
  readonly now: () => number;
  onAnswer(call: Pick<ApiCall, 'method' | 'target'>, status: number): void;
}

const EMULATOR_DEFAULTS: EmulatorOptions = {
  stories: 5_000,
  seed: 1,
  size: 'short',
  releasePerSecond: 1,
  port: 8087,
  limits: API_LIMITS,
  quirks: {},
  account: null,
  now: Date.now,
  onAnswer: () => undefined,
};

export interface Emulator {
  readonly port: number;
  /** The base of v6, `http://127.0.0.1:<port>/v6/news`. */
  readonly url: string;
  readonly v5Url: string;
  readonly feed: FeedState;
  /** Gives answers that are being sent half a second to arrive. A second call waits for the first. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const CLOSES_WITHIN_MS = 500;
/** A form with a user and a password needs far less. */
const LONGEST_BODY = 10_000;

/**
 * Starts the emulator on the loopback address. Missing options are as in `EMULATOR_DEFAULTS`.
 * @throws PORT_TAKEN
 */
export async function startEmulator(given: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const options = { ...EMULATOR_DEFAULTS, ...given };
  const { stories, seed, size, releasePerSecond, now } = options;
  const store = new StoryStore({ count: stories, seed, size, releasePerSecond, startMs: now() }, now);
  const api = new EmulatedNewsApi({ ...options, quirks: { ...DEFAULT_QUIRKS, ...options.quirks }, store });
  const server = createServer((request, response) => serve(api, options, request, response));
  const port = await listen(server, options.port);
  let closing: Promise<void> | undefined;
  return {
    port,
    url: `http://${HOST}:${port}/v6/news`,
    v5Url: `http://${HOST}:${port}/news`,
    get feed() {
      return store.state;
    },
    close: () => {
      closing ??= close(server);
      return closing;
    },
  };
}

async function serve(
  api: EmulatedNewsApi,
  { onAnswer }: EmulatorOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url: target = '', headers } = request;
  const body = await readBody(request).catch(() => undefined);
  if (body === undefined) {
    response.destroy();
    return;
  }
  const answer = api.answer({ method, target, headers, body });
  response.writeHead(answer.status, { 'Content-Type': 'application/json; charset=utf-8', ...answer.headers });
  response.end(JSON.stringify(answer.body));
  onAnswer({ method, target }, answer.status);
}

/** @throws when the body is too long, or ends early */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST_BODY) throw new RangeError('The body is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function listen(server: Server, port: number): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host: HOST, exclusive: true }, resolve);
    });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw emulatorErrors.PORT_TAKEN({ port, reason: `is taken by ${await describePortHolder(port)}` }, { cause });
    if (code === 'EACCES')
      throw emulatorErrors.PORT_TAKEN({ port, reason: 'may not be used without special rights' }, { cause });
    throw cause;
  }
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const deadline = setTimeout(() => server.closeAllConnections(), CLOSES_WITHIN_MS);
  await closed;
  clearTimeout(deadline);
}
