import type { StoryText, StoryTopic } from '../../news-api/story.js';
import type { Chance } from './chance.js';
import { countCodePoints, findEntities, round2 } from './find-entities.js';
import { CAR_KINDS } from './templates.js';
import { BRANDS } from './vocabulary.js';
import type { Draft } from './write-text.js';

const SENTENCES_IN_PARAGRAPH = 6;

/** What the API would find in a text; `sideProminence` is the highest prominence of a brand that is not the main one. */
export function describeStory(chance: Chance, draft: Draft, sideProminence: number): StoryText {
  const { slug, title, sentences, polarity } = draft;
  const brand = BRANDS[slug ?? ''];
  const paragraphs = toParagraphs(sentences);
  const body = paragraphs.join('\n');
  const score = () => round2(0.4 + chance.next() * 0.55);
  return {
    title,
    body,
    summary: { sentences: sentences.slice(0, chance.int(1, 2)) },
    categories: listCategories(chance, slug !== undefined),
    industries: listIndustries(chance, slug !== undefined),
    entities: findEntities(chance, { title, body }, { polarity, main: brand?.id, sideProminence }),
    hashtags: brand ? [`#${brand.forms.at(-1)}`, '#UsedCars'] : ['#LocalNews'],
    keywords: brand ? [brand.forms[0], 'drivers', chance.pick(CAR_KINDS)] : ['council', 'traffic'],
    language: 'en',
    sentiment: { title: { polarity, score: score() }, body: { polarity, score: score() } },
    characters_count: countCodePoints(body.replaceAll('\n', '')),
    words_count: body.split(/\s+/).length,
    sentences_count: sentences.length,
    paragraphs_count: paragraphs.length,
    license_type: 0,
  };
}

/** A text of more than one sentence has two paragraphs, a long text has more. */
export function toParagraphs(sentences: readonly string[]): string[] {
  const count = sentences.length < 2 ? 1 : Math.max(2, Math.ceil(sentences.length / SENTENCES_IN_PARAGRAPH));
  const size = Math.ceil(sentences.length / count);
  const starts = Array.from({ length: Math.ceil(sentences.length / size) }, (_, at) => at * size);
  return starts.map((start) => sentences.slice(start, start + size).join(' '));
}

function listCategories(chance: Chance, isAboutCars: boolean): StoryTopic[] {
  if (!isAboutCars) return [topic('iab-qag', 'IAB12', 'News', 0.8)];
  const news = chance.happens(0.2)
    ? [topic('iptc-subjectcode', '04011000', 'manufacturing and engineering', round2(chance.next()))]
    : [];
  return [topic('iab-qag', 'IAB2', 'Automotive', chance.happens(0.3) ? 1 : round2(0.5 + chance.next() / 2)), ...news];
}

function listIndustries(chance: Chance, isAboutCars: boolean): StoryTopic[] {
  if (!isAboutCars || chance.happens(0.15)) return [];
  const score = round2(0.4 + chance.next() * 0.6);
  const { taxonomy: _none, ...industry } = topic('industries', 'in.motor.auto', 'Cars and Light Trucks', score);
  return [industry];
}

function topic(taxonomy: string, id: string, label: string, score: number): StoryTopic {
  const self = `https://api.aylien.com/api/v1/classify/taxonomy/${taxonomy}/${id}`;
  return { id, label, score, taxonomy, links: { self } };
}
