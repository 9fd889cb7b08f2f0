import type { Rank, Story, StoryText, StoryTopic } from '../../news-api/story.js';
import type { Chance } from './chance.js';

// Fields that only some stories of the real feed have: a client must accept both.

const RANKED_COUNTRIES = ['GB', 'US', 'DE', 'IN', 'IE', 'FR', 'TR', 'MY', 'ZA', 'AU', 'CA', 'NL', 'PL', 'SE'];
const RANKED_AT = '2020-11-13T02:27:17.784838749Z';

export function varyText(chance: Chance, text: StoryText): StoryText {
  return {
    ...text,
    categories: text.categories.map((topic) => varyTopic(chance, topic)),
    license_type: chance.int(0, 1),
  };
}

function varyTopic(chance: Chance, topic: StoryTopic): StoryTopic {
  if (chance.happens(0.9)) return topic;
  const { label: _none, ...unlabelled } = topic;
  return unlabelled;
}

/** @param rankCount how many countries a ranked source is ranked in */
export function varyStory(chance: Chance, story: Story, rankCount: number): Story {
  // Either all stories of a publisher have ranks, or none has.
  const isRanked = story.source.id % 2 === 1;
  const { source, links, media } = story;
  return {
    ...story,
    source: isRanked ? { ...source, rankings: { alexa: listRanks(chance, rankCount) } } : source,
    links: chance.happens(0.3) ? { ...links, canonical: links.permalink } : links,
    media: media.map((image) =>
      chance.happens(0.5) ? { ...image, content_length: chance.int(9_000, 900_000) } : image,
    ),
  };
}

function listRanks(chance: Chance, count: number): Rank[] {
  const world = { rank: chance.int(2_000, 900_000), fetched_at: RANKED_AT };
  const countries = chance.shuffle(RANKED_COUNTRIES).slice(0, count);
  return [world, ...countries.map((country) => ({ rank: chance.int(500, 90_000), country, fetched_at: RANKED_AT }))];
}
