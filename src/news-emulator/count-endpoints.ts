import { parseDateMath } from '../news-api/date-math.js';
import type { Story } from '../news-api/story.js';
import { ApiError } from './api-error.js';
import { STORY_FIELDS } from './aql/fields.js';
import { type CursorPosition, comparePositions, encodeCursor } from './cursor.js';
import { type ApiRequest, readPaging, readSelection } from './parameters.js';
import { boundsOf, defaultBounds } from './stories-endpoint.js';
import type { StoryStore } from './story-store.js';
import { toApiTime } from './story-view.js';

const MOST_PERIODS = 1_000;
const MOST_TRENDS = 100;

/** `GET /time_series`: how many stories each period has, empty ones included. @throws ApiError 422 */
export function countPeriods(request: ApiRequest, store: StoryStore): object {
  const { now } = request;
  const defaults = { start: parseDateMath('NOW-7DAYS/DAY', now), end: parseDateMath('NOW/DAY', now) };
  const selection = readSelection(request, defaults);
  const period = readPeriod(request);
  const starts = listStarts(selection.start ?? defaults.start, selection.end ?? defaults.end, period);
  const counts = new Array<number>(starts.length).fill(0);
  for (const story of store.find(selection, 'asc', null)) {
    const at = starts.findLastIndex((start) => start.getTime() <= Date.parse(story.published_at));
    if (at >= 0) counts[at] = (counts[at] ?? 0) + 1;
  }
  const time_series = starts.map((start, at) => ({ count: counts[at] ?? 0, published_at: toApiTime(start) }));
  return { period, ...boundsOf(selection), time_series };
}

// A plus that was not encoded in the URL arrives as a blank.
function readPeriod({ parameters }: ApiRequest): string {
  const text = (parameters.get('period') ?? '+1DAY').trim().replace(/^\+/, '');
  if (!/^[1-9]\d{0,3}(YEAR|MONTH|DAY|HOUR|MINUTE|SECOND)S?$/.test(text)) {
    throw new ApiError(422, 'period must be such as +1DAY or +6HOURS.');
  }
  return `+${text}`;
}

function listStarts(first: Date, end: Date, period: string): Date[] {
  const starts: Date[] = [];
  for (let start = first; start < end; start = parseDateMath(`NOW${period}`, start)) {
    if (starts.length === MOST_PERIODS) throw new ApiError(422, `There are more than ${MOST_PERIODS} periods.`);
    starts.push(start);
  }
  return starts;
}

/** `GET /trends`: the most frequent values of a field. @throws ApiError 422 */
export function countTrends(request: ApiRequest, store: StoryStore): object {
  const name = request.parameters.get('field') ?? '';
  const field = Object.hasOwn(STORY_FIELDS, name) ? STORY_FIELDS[name] : undefined;
  if (!field) throw new ApiError(422, `field cannot be \`${name}\`.`);
  const selection = readSelection(request, defaultBounds(request));
  const counts = new Map<string, number>();
  for (const story of store.find(selection, 'desc', null)) {
    for (const value of new Set(field.read(story).map(String))) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const trends = [...counts].map(([value, count]) => ({ value, count })).sort(byCount);
  return { field: name, ...boundsOf(selection), trends: trends.slice(0, MOST_TRENDS) };
}

function byCount(a: { value: string; count: number }, b: { value: string; count: number }): number {
  return b.count - a.count || (a.value < b.value ? -1 : 1);
}

/** `GET /clusters`: stories with the same content, the largest cluster first. Their cursors are [?]. @throws ApiError 422 */
export function listStoryClusters(request: ApiRequest, store: StoryStore): object {
  const { perPage, after, cursor } = readPaging(request);
  const selection = readSelection(request, defaultBounds(request));
  const clusters = groupByCluster(store.find(selection, 'asc', null)).sort((a, b) =>
    comparePositions(positionOf(a), positionOf(b), 'desc'),
  );
  const remaining = clusters.filter(
    (cluster) => after === null || comparePositions(positionOf(cluster), after, 'desc') > 0,
  );
  const page = remaining.slice(0, perPage);
  const last = page.at(-1);
  return {
    cluster_count: clusters.length,
    clusters: page.map(describeCluster),
    next_page_cursor: last ? encodeCursor(positionOf(last)) : cursor,
    ...boundsOf(selection),
  };
}

interface Cluster {
  readonly id: number;
  /** Sorted by acquisition. */
  readonly stories: Story[];
}

function groupByCluster(stories: Iterable<Story>): Cluster[] {
  const clusters = new Map<number, Cluster>();
  for (const story of stories) {
    for (const id of story.clusters) {
      const cluster = clusters.get(id) ?? { id, stories: [] };
      cluster.stories.push(story);
      clusters.set(id, cluster);
    }
  }
  return [...clusters.values()];
}

function positionOf({ id, stories }: Cluster): CursorPosition {
  return { value: stories.length, id };
}

function describeCluster({ id, stories }: Cluster): object {
  const [first, last] = [stories[0], stories.at(-1)];
  return {
    id,
    story_count: stories.length,
    earliest_story: first?.published_at,
    latest_story: last?.published_at,
    representative_story: {
      id: first?.id,
      title: first?.title,
      permalink: first?.links.permalink,
      published_at: first?.published_at,
    },
  };
}
