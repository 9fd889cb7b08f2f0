import type { ApiVersion } from '../news-api/api-version.js';
import type { Story } from '../news-api/story.js';
import type { Quirks } from './quirks.js';
import { entitiesIn } from './stories/entity-forms.js';

export interface ViewOptions {
  readonly version: ApiVersion;
  readonly quirks: Pick<Quirks, 'entities' | 'publishedDatetime'>;
  /** The keys that `return` names; empty for all. */
  readonly keys: readonly string[];
}

/** A story as the API sends it. */
export function viewStory(story: Story, { version, quirks, keys }: ViewOptions): object {
  const { published_datetime, links, ...rest } = story;
  const time = quirks.publishedDatetime === 'always' ? (published_datetime ?? story.published_at) : published_datetime;
  const view = {
    ...rest,
    entities: entitiesIn(quirks.entities, story),
    links: version === 'v5' ? { ...links, related_stories: `/related_stories?story_id=${story.id}` } : links,
    ...(time !== undefined && quirks.publishedDatetime !== 'never' && { published_datetime: time }),
  };
  if (keys.length === 0) return view;
  return Object.fromEntries(Object.entries(view).filter(([key]) => keys.includes(key)));
}

/** As in recorded answers: RFC 3339 with milliseconds, without zeros at the end. */
export function toApiTime(date: Date): string {
  return date.toISOString().replace(/\.?0*Z$/, 'Z');
}
