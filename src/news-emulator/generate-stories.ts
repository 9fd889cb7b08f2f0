import type { Story, StoryText } from '../news-api/story.js';
import { type Chance, createChance } from './stories/chance.js';
import { describeStory, toParagraphs } from './stories/describe-story.js';
import { planReleases, type Release, type ReleaseOptions } from './stories/plan-releases.js';
import { publishStory } from './stories/publish-story.js';
import { BOILERPLATE } from './stories/templates.js';
import { varyStory, varyText } from './stories/vary-story.js';
import { BRANDS, PUBLISHERS } from './stories/vocabulary.js';
import { type Draft, lengthen, writeGermanText, writeText } from './stories/write-text.js';

export type StorySize = 'short' | 'full';

export interface StoryOptions extends ReleaseOptions {
  /** `short` is about 3 kB of JSON, `full` about 10 kB with long tails, as real stories are. */
  readonly size: StorySize;
}

export interface ReleasedStory extends Pick<Release, 'id' | 'acquiredMs' | 'visibleMs'> {
  /** Written when it is first asked for. */
  story(): Story;
}

const SLUGS = Object.keys(BRANDS);
const ABOUT_NO_BRAND = 0.08;
const IN_GERMAN = 0.05;
const JUNK = 0.03;
const IN_CLUSTER = 0.3;
/** The highest prominence in the real feed of a brand that is not the main one. */
const SIDE_PROMINENCE = 0.31;
const FIRST_CLUSTER = 437_000_000;
const ALEXA_COUNTRIES: Readonly<Record<StorySize, number>> = { short: 2, full: 12 };

/**
 * Made-up stories in the format of the API, sorted by acquisition and then by id. The same options give the same stories;
 * another `startMs` gives the same texts with other times and ids. Times are whole seconds, as in the API.
 */
export function generateStories(options: StoryOptions): ReleasedStory[] {
  return planReleases(options).map((release) => {
    const { id, acquiredMs, visibleMs } = release;
    let written: Story | undefined;
    const story = () => {
      written ??= writeStory(release, options);
      return written;
    };
    return { id, acquiredMs, visibleMs, story };
  });
}

function writeStory(release: Release, { seed, size }: StoryOptions): Story {
  const { textIndex, isSyndicated, acquiredMs, id, number } = release;
  const textChance = chanceFor(seed, 2 * textIndex);
  const text = writeStoryText(textChance, textIndex, size);
  const hasCluster = textChance.happens(IN_CLUSTER) || isSyndicated;
  // Copies of one text have the same `textChance`, and differ in what this one chooses.
  const chance = chanceFor(seed, 2 * number + 1);
  const story = publishStory(text, {
    id,
    acquiredMs,
    publishedMs: acquiredMs - chooseDelayMs(chance),
    publisher: chance.pick(PUBLISHERS),
    authorName: chance.pick(['', '', 'Staff Writer', 'News Desk']),
    isTimeKnown: chance.happens(0.85),
    hasImage: chance.happens(0.85),
    clusterId: hasCluster ? FIRST_CLUSTER + textIndex : undefined,
  });
  return varyStory(chance, story, ALEXA_COUNTRIES[size]);
}

function chanceFor(seed: number, use: number): Chance {
  return createChance(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(use + 1, 0x85ebca6b));
}

// Measured: 26 s to 90 min, the median is 91 s.
function chooseDelayMs(chance: Chance): number {
  return (26 + Math.floor(90 * chance.next() + 5_284 * chance.next() ** 14)) * 1_000;
}

function writeStoryText(chance: Chance, textIndex: number, size: StorySize): StoryText {
  const draft = chooseDraft(chance, size);
  // Equal titles are the sign of a syndicated copy, so no other title may occur twice.
  const part = `, ${draft.english ? 'Teil' : 'part'} ${textIndex + 1}`;
  const text = varyText(chance, describeStory(chance, { ...draft, title: draft.title + part }, SIDE_PROMINENCE));
  if (!draft.english) return text;
  const body = toParagraphs(draft.english.sentences).join('\n');
  return {
    ...text,
    language: 'de',
    translations: { en: { title: `${draft.english.title}, part ${textIndex + 1}`, body } },
  };
}

function chooseDraft(chance: Chance, size: StorySize): Draft {
  const slug = chance.happens(ABOUT_NO_BRAND) ? undefined : chance.pick(SLUGS);
  if (slug && chance.happens(IN_GERMAN)) return writeGermanText(chance, slug);
  const draft = writeText(chance, slug);
  if (chance.happens(JUNK)) return { ...draft, sentences: [BOILERPLATE] };
  // A few stories are many times as long as the median.
  return size === 'full' ? lengthen(chance, draft, chance.int(18, 34) + Math.floor(260 * chance.next() ** 10)) : draft;
}
