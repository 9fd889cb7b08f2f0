import type { ApiVersion } from '../news-api/api-version.js';
import type { Story } from '../news-api/story.js';
import { ApiError } from './api-error.js';
import { type CursorPosition, encodeCursor, FIRST_PAGE } from './cursor.js';
import {
  type ApiRequest,
  type DefaultBounds,
  type Paging,
  readPaging,
  readReturn,
  readSelection,
} from './parameters.js';
import type { Quirks } from './quirks.js';
import type { Selection, StoryStore } from './story-store.js';
import { toApiTime, viewStory } from './story-view.js';

const SORT_KEYS = ['relevance', 'recency', 'hotness', 'media.images.count', 'media.videos.count'];
const RANK_KEYS = /^source\.(links_in_count|rankings\.alexa\.rank(\.[A-Z]{2})?)$/;

/** `GET /stories`: a page of them. @throws ApiError 422 */
export function listStories(request: ApiRequest, version: ApiVersion, store: StoryStore): object {
  const { quirks } = request;
  const paging = readPaging(request);
  const selection = readSelection(request, defaultBounds(request));
  const warnings = warnOfOrder(request);
  const { page, hasMore } = takePage(store.find(selection, paging.direction, paging.after), paging.perPage);
  const view = { version, quirks, keys: readReturn(request) };
  return {
    stories: page.map((story) => viewStory(story, view)),
    ...cursorField(nextCursor(quirks.end, paging, positionOf(page.at(-1)), hasMore)),
    ...boundsOf(selection),
    ...(warnings.length > 0 && { warnings }),
  };
}

/** The bounds of the answer, with dotted keys; the end only if the request has one. */
export function boundsOf({ start, end }: Selection): object {
  return {
    ...(start && { 'published_at.start': toApiTime(start) }),
    ...(end && { 'published_at.end': toApiTime(end) }),
  };
}

/** In 2021 the real API answered a request without a start with the last fourteen days. */
export function defaultBounds({ now, quirks: { defaultWindowMs } }: ApiRequest): DefaultBounds {
  return { start: defaultWindowMs === null ? null : new Date(now.getTime() - defaultWindowMs), end: null };
}

function takePage(found: Iterable<Story>, size: number): { page: Story[]; hasMore: boolean } {
  const page: Story[] = [];
  for (const story of found) {
    if (page.length === size) return { page, hasMore: true };
    page.push(story);
  }
  return { page, hasMore: false };
}

function positionOf(story: Story | undefined): CursorPosition | undefined {
  return story && { value: Date.parse(story.published_at), id: story.id };
}

function nextCursor(end: Quirks['end'], { cursor, after }: Paging, last: CursorPosition | undefined, hasMore: boolean) {
  if (!hasMore && end === 'absent') return undefined;
  if (!hasMore && end === 'star') return FIRST_PAGE;
  if (last) return encodeCursor(last);
  // A cursor that the client has not sent: then only the empty page shows the end.
  return end === 'empty' ? encodeCursor({ value: after?.value ?? 0, id: (after?.id ?? 0) + 1 }) : cursor;
}

function cursorField(cursor: string | undefined): object {
  return cursor === undefined ? {} : { next_page_cursor: cursor };
}

// How the other orders rank stories is not documented [?]. A warning is better than a wrong order.
function warnOfOrder({ parameters }: ApiRequest): object[] {
  const key = parameters.get('sort_by') ?? 'published_at';
  if (key === 'published_at') return [];
  if (!SORT_KEYS.includes(key) && !RANK_KEYS.test(key)) throw new ApiError(422, `sort_by cannot be \`${key}\`.`);
  return [{ id: 'emulator_sort_by', detail: `This emulator sorts by published_at, also where ${key} is asked for.` }];
}
