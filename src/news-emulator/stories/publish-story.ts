import type { Image, Story, StorySource, StoryText } from '../../news-api/story.js';
import type { StoryPublisher } from './vocabulary.js';

/** What a story has in addition to its text. */
export interface Publication {
  readonly id: number;
  readonly publisher: StoryPublisher;
  readonly authorName: string;
  /** When it came out, in milliseconds. */
  readonly publishedMs: number;
  /** When the API found it, in milliseconds: the column that is polled. */
  readonly acquiredMs: number;
  /** Whether `published_datetime` is there. */
  readonly isTimeKnown: boolean;
  readonly hasImage: boolean;
  /** The cluster of the stories with the same content. */
  readonly clusterId: number | undefined;
}

/** The complete story, with its keys in the order of the samples. */
export function publishStory(text: StoryText, publication: Publication): Story {
  const { id, publisher, authorName, publishedMs, acquiredMs, isTimeKnown, hasImage, clusterId } = publication;
  return {
    id,
    ...text,
    author: { id: 700 + publisher.id, name: authorName },
    source: sourceOf(publisher),
    published_at: toSeconds(acquiredMs),
    ...(isTimeKnown && { published_datetime: toSeconds(publishedMs) }),
    clusters: clusterId ? [clusterId] : [],
    links: {
      permalink: permalinkOf(text.title, publication),
      ...(clusterId && { clusters: `/stories?clusters[]=${clusterId}` }),
    },
    media: hasImage ? [imageOf(publication)] : [],
  };
}

/** RFC 3339 without a fraction. */
export const toSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

function sourceOf({ id, name, domain, country }: StoryPublisher): StorySource {
  const locations = country ? [{ country }] : [];
  return { id, name, domain, home_page_url: `https://${domain}/`, locations, scopes: [] };
}

function permalinkOf(title: string, { id, publisher, publishedMs }: Publication): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
  const day = toSeconds(publishedMs).slice(0, 10).replaceAll('-', '/');
  return `https://${publisher.domain}/${day}/${words}-${id}`;
}

function imageOf({ id, publisher }: Publication): Image {
  return { type: 'image', url: `https://img.${publisher.domain}/${id}.jpg`, format: 'JPEG', width: 840, height: 560 };
}
