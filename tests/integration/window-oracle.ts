/** What windowed-news must say, worked out from the stories themselves: no part of it is shared with the job. */

export interface Story {
  readonly brands: readonly string[];
  readonly brand_matches: ReadonlyArray<{ readonly brand: string; readonly polarity: string | null }>;
  readonly body_polarity: string | null;
  readonly title_polarity: string | null;
  readonly publisher_domain: string | null;
  readonly published_at_ms: number;
}

export type Kind =
  | { readonly windowMs: number; readonly slideMs: number }
  /** A session ends when no story has come for so long. */
  | { readonly gapMs: number };

export interface WindowResult {
  readonly window_end: string;
  readonly stories: number;
  readonly mean_sentiment: number | null;
  readonly top_sources: ReadonlyArray<{ readonly source: string; readonly stories: number }>;
}

export interface Expected {
  /** By `<brand>/<window_start>`. */
  readonly windows: ReadonlyMap<string, WindowResult>;
  /** Late stories of the second part, one by one. */
  readonly lateStories: number;
  /** The same where those of one brand and window count once. */
  readonly lateKeys: number;
}

interface Mention {
  readonly brand: string;
  readonly at: number;
  readonly sentiment: number | null;
  readonly source: string | null;
}

interface Window {
  readonly brand: string;
  readonly start: number;
  readonly end: number;
  readonly mentions: readonly Mention[];
}

const SENTIMENT: Readonly<Record<string, number>> = { positive: 1, neutral: 0, negative: -1 };

/** The results of two parts that are read one after the other; between them stands the watermark that the first has left. */
export function expectWindows(
  kind: Kind,
  first: readonly Story[],
  second: readonly Story[],
  watermarkMs: number,
): Expected {
  const [before, after] = [mentionsOf(first), mentionsOf(second)];
  const found =
    'gapMs' in kind ? sessions(kind.gapMs, before, after, watermarkMs) : windows(kind, before, after, watermarkMs);
  const results = found.windows.map((window) => [`${window.brand}/${iso(window.start)}`, resultOf(window)] as const);
  return { ...found, windows: new Map(results) };
}

function mentionsOf(stories: readonly Story[]): Mention[] {
  return stories.flatMap((story) => {
    const brands = story.brands.length > 0 ? story.brands : ['other'];
    return brands.map((brand) => {
      const own = story.brand_matches.find((match) => match.brand === brand && match.polarity !== null)?.polarity;
      const polarity = own ?? story.body_polarity ?? story.title_polarity;
      const sentiment = polarity === null ? null : (SENTIMENT[polarity] ?? null);
      return { brand, at: story.published_at_ms, sentiment, source: story.publisher_domain };
    });
  });
}

type Found = Omit<Expected, 'windows'> & { readonly windows: readonly Window[] };

function windows(
  { windowMs, slideMs }: { windowMs: number; slideMs: number },
  before: readonly Mention[],
  after: readonly Mention[],
  watermarkMs: number,
): Found {
  const place = (mention: Mention): Window[] => {
    const newest = Math.floor(mention.at / slideMs) * slideMs;
    const starts = Array.from({ length: Math.ceil(windowMs / slideMs) }, (_, index) => newest - index * slideMs);
    return starts
      .filter((start) => start + windowMs > mention.at)
      .map((start) => ({ brand: mention.brand, start, end: start + windowMs, mentions: [mention] }));
  };
  const placed = after.flatMap(place);
  const late = placed.filter(({ end }) => end <= watermarkMs);
  const kept = [...before.flatMap(place), ...placed.filter(({ end }) => end > watermarkMs)];
  const all = new Map<string, Window>();
  for (const window of kept) {
    const key = keyOf(window);
    const mentions = [...(all.get(key)?.mentions ?? []), ...window.mentions];
    all.set(key, { ...window, mentions });
  }
  return { windows: [...all.values()], lateStories: late.length, lateKeys: new Set(late.map(keyOf)).size };
}

function sessions(gapMs: number, before: readonly Mention[], after: readonly Mention[], watermarkMs: number): Found {
  const begin = (mention: Mention): Window => ({
    brand: mention.brand,
    start: mention.at,
    end: mention.at + gapMs,
    mentions: [mention],
  });
  const earlier = merge(before.map(begin));
  const isOpen = ({ end }: Window) => end > watermarkMs;
  const arrived = after.map(begin);
  const late = arrived.filter((window) => !isOpen(window));
  const closed = earlier.filter((window) => !isOpen(window));
  const merged = merge([...earlier.filter(isOpen), ...arrived.filter(isOpen)]);
  return { windows: [...closed, ...merged], lateStories: late.length, lateKeys: new Set(late.map(keyOf)).size };
}

/** Sessions of one brand that overlap become one; the end of one may be the begin of the next. */
function merge(all: readonly Window[]): Window[] {
  const merged: Window[] = [];
  for (const next of [...all].sort((a, b) => compare(a.brand, b.brand) || a.start - b.start)) {
    const last = merged.at(-1);
    if (last?.brand !== next.brand || next.start > last.end) merged.push(next);
    else {
      const mentions = [...last.mentions, ...next.mentions];
      merged[merged.length - 1] = { ...last, end: Math.max(last.end, next.end), mentions };
    }
  }
  return merged;
}

function resultOf({ end, mentions }: Window): WindowResult {
  const sentiments = mentions.flatMap(({ sentiment }) => sentiment ?? []);
  const counts = new Map<string, number>();
  for (const { source } of mentions) if (source !== null) counts.set(source, (counts.get(source) ?? 0) + 1);
  const sources = [...counts].map(([source, stories]) => ({ source, stories }));
  return {
    window_end: iso(end),
    stories: mentions.length,
    mean_sentiment: sentiments.length === 0 ? null : sentiments.reduce((sum, one) => sum + one, 0) / sentiments.length,
    top_sources: sources.sort((a, b) => b.stories - a.stories || compare(a.source, b.source)).slice(0, 3),
  };
}

function keyOf({ brand, start }: Window): string {
  return `${brand}/${start}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
