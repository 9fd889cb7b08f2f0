import type { Story } from '../../../src/news-api/story.js';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../src/news-emulator/server.js';

export const START_MS = Date.parse('2026-11-24T12:00:00Z');

export const KEY_HEADERS = {
  'X-AYLIEN-NewsAPI-Application-ID': 'an-app',
  'X-AYLIEN-NewsAPI-Application-Key': 'a-key',
};

export interface Page {
  readonly stories: Story[];
  readonly next_page_cursor?: string;
  readonly 'published_at.start'?: string;
  readonly 'published_at.end'?: string;
  readonly warnings?: ReadonlyArray<{ detail: string }>;
}

export interface ErrorBody {
  readonly errors: ReadonlyArray<{ id: string; code: string; title: string; detail: string; status: unknown }>;
}

export type Parameters = Readonly<Record<string, string>> | string;

export interface Answered<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface TestEmulator extends Emulator {
  /** Moves the emulator's clock. */
  setClock(ms: number): void;
  /** GET below /v6/news. */
  get<Body = Page>(endpoint: string, parameters?: Parameters, headers?: object): Promise<Answered<Body>>;
  /** All stories of a query, page by page, until an empty one. */
  all(parameters: Readonly<Record<string, string>>): Promise<Story[]>;
}

/** An emulator of its own on a free port, with a clock that stands at START_MS until it is set, and without limits. */
export async function openEmulator(options: Partial<EmulatorOptions> = {}): Promise<TestEmulator> {
  let nowMs = START_MS;
  const emulator = await startEmulator({ stories: 400, port: 0, limits: null, now: () => nowMs, ...options });
  const get = <Body>(endpoint: string, parameters: Parameters = {}, headers: object = KEY_HEADERS) =>
    ask<Body>(`${emulator.url}/${endpoint}?${new URLSearchParams(parameters)}`, { headers: { ...headers } });
  return Object.assign(Object.create(emulator) as Emulator, {
    get,
    setClock: (ms: number) => {
      nowMs = ms;
    },
    all: async (parameters: Readonly<Record<string, string>>) => {
      const stories: Story[] = [];
      for (let cursor = '*'; ; ) {
        const { body } = await get<Page>('stories', { per_page: '100', ...parameters, cursor });
        if (body.stories.length === 0) return stories;
        stories.push(...body.stories);
        cursor = body.next_page_cursor ?? '';
      }
    },
  });
}

export async function ask<Body>(url: string, init: RequestInit = {}): Promise<Answered<Body>> {
  const answer = await fetch(url, init);
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body };
}
