// Writes the two samples that ship with the package, cars-sample.csv and news-sample.json:
//
//   npm run build && node data/generate-samples.mjs [folder]     (default: the folder of this file)
//
// Everything in them is made up here from a fixed seed, so the same bytes come out of every run.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
// Built first: the emulator of the news API makes its stories with the same parts.
import { createChance } from '../dist/src/news-emulator/stories/chance.js';
import { describeStory } from '../dist/src/news-emulator/stories/describe-story.js';
import { publishStory, toSeconds } from '../dist/src/news-emulator/stories/publish-story.js';
import { BRANDS, PUBLISHERS } from '../dist/src/news-emulator/stories/vocabulary.js';
import { writeText } from '../dist/src/news-emulator/stories/write-text.js';

const folder = process.argv[2] ?? dirname(fileURLToPath(import.meta.url));

// ---- cars: make -> how a year of age keeps value, and models: price when new, litres, mpg of the smallest engine

const MAKES = {
  audi: {
    kept: 0.885,
    models: {
      A1: [20000, [1.0, 1.4, 1.6], 60],
      A3: [26000, [1.4, 1.6, 2.0], 56],
      A4: [33000, [1.4, 2.0, 3.0], 52],
      Q3: [32000, [1.4, 2.0], 47],
      Q5: [43000, [2.0, 3.0], 43],
    },
  },
  bmw: {
    kept: 0.88,
    models: {
      '1 Series': [26000, [1.5, 1.6, 2.0], 57],
      '3 Series': [34000, [1.6, 2.0, 3.0], 53],
      '5 Series': [43000, [2.0, 3.0], 50],
      X1: [32000, [1.5, 2.0], 50],
      X5: [62000, [2.0, 3.0], 39],
    },
  },
  ford: {
    kept: 0.865,
    models: {
      Fiesta: [16500, [1.0, 1.2, 1.5], 63],
      Focus: [21000, [1.0, 1.5, 2.0], 60],
      Kuga: [26500, [1.5, 2.0], 48],
      EcoSport: [19000, [1.0, 1.5], 54],
      Mondeo: [25500, [1.5, 2.0], 55],
    },
  },
  hyundai: {
    kept: 0.875,
    models: {
      I10: [12500, [1.0, 1.2], 60],
      I20: [15500, [1.1, 1.2, 1.4], 58],
      I30: [19500, [1.0, 1.4, 1.6], 57],
      Tucson: [25500, [1.6, 2.0], 46],
      Ioniq: [23500, [1.6], 78],
    },
  },
  mercedes: {
    kept: 0.885,
    models: {
      'A Class': [26500, [1.3, 1.5, 2.1], 58],
      'C Class': [36000, [1.5, 2.0, 2.1], 54],
      'E Class': [45000, [2.0, 3.0], 51],
      'GLA Class': [33000, [1.6, 2.1], 52],
      'GLC Class': [45000, [2.0, 2.1], 44],
    },
  },
  skoda: {
    kept: 0.88,
    models: {
      Citigo: [10500, [1.0], 64],
      Fabia: [15000, [1.0, 1.2, 1.4], 60],
      Octavia: [21500, [1.0, 1.6, 2.0], 61],
      Superb: [27500, [1.4, 2.0], 55],
      Kodiaq: [31000, [1.4, 2.0], 43],
    },
  },
  toyota: {
    kept: 0.89,
    models: {
      Aygo: [11500, [1.0], 67],
      Yaris: [16000, [1.0, 1.3, 1.5], 60],
      Auris: [20500, [1.2, 1.4, 1.8], 62],
      'C-HR': [26000, [1.2, 1.8], 58],
      RAV4: [31500, [2.0, 2.2, 2.5], 49],
    },
  },
  vauxhall: {
    kept: 0.845,
    models: {
      Corsa: [14500, [1.0, 1.2, 1.4], 56],
      Astra: [20000, [1.0, 1.4, 1.6], 55],
      Insignia: [24000, [1.5, 1.6, 2.0], 53],
      'Mokka X': [21500, [1.4, 1.6], 47],
      'Grandland X': [26000, [1.2, 1.5], 49],
    },
  },
  vw: {
    kept: 0.885,
    models: {
      Up: [12000, [1.0], 62],
      Polo: [17000, [1.0, 1.2, 1.4], 59],
      Golf: [23500, [1.0, 1.5, 2.0], 57],
      Passat: [28500, [1.6, 2.0], 56],
      Tiguan: [31000, [1.4, 2.0], 46],
    },
  },
};
const HYBRIDS = new Set(['Ioniq', 'Yaris', 'Auris', 'C-HR', 'RAV4']);
const CAR_HEADER = 'make,model,year,price,transmission,mileage,fuelType,tax,mpg,engineSize';
const FUEL_WORTH = { Petrol: 1, Diesel: 1.05, Hybrid: 1.14 };
const GEARBOX_WORTH = { Manual: 1, 'Semi-Auto': 1.1, Automatic: 1.13 };

function chooseFuel(chance, model, litres, smallest) {
  if (model === 'Ioniq' || (HYBRIDS.has(model) && chance.happens(0.4))) return 'Hybrid';
  return litres > smallest && litres >= 1.4 && chance.happens(0.65) ? 'Diesel' : 'Petrol';
}

function chooseGearbox(chance, newPrice, fuel) {
  if (fuel === 'Hybrid') return 'Automatic';
  if (chance.happens(newPrice > 24000 ? 0.35 : 0.82)) return 'Manual';
  return chance.happens(0.55) ? 'Semi-Auto' : 'Automatic';
}

function priceCar(chance, make, newPrice, car) {
  const age = 2020.4 - car.year;
  const engine = (car.litres / car.smallest) ** 0.45;
  const wear = Math.exp(-(car.mileage - age * 8500) / 160000);
  const worth = newPrice * MAKES[make].kept ** age * engine * wear * FUEL_WORTH[car.fuel] * GEARBOX_WORTH[car.gearbox];
  return Math.max(495, Math.round((worth * Math.exp(chance.normal() * 0.075)) / 5) * 5);
}

function taxCar(chance, { year, fuel, litres }) {
  if (fuel === 'Hybrid') return year >= 2017 ? 135 : chance.pick([0, 0, 10]);
  if (year >= 2017) return chance.happens(0.85) ? 145 : 150;
  return chance.pick(litres < 1.3 ? [20, 30] : litres < 2 ? [30, 125, 145] : [125, 160, 200, 235]);
}

function createCar(chance, make) {
  const [model, [newPrice, engines, bestMpg]] = chance.pick(Object.entries(MAKES[make].models));
  const [litres, smallest] = [chance.pick(engines), engines[0]];
  const year = 2020 - Math.floor(12.999 * chance.next() ** 1.3);
  const fuel = chooseFuel(chance, model, litres, smallest);
  const gearbox = chooseGearbox(chance, newPrice, fuel);
  const mileage = Math.max(10, Math.round((2020.4 - year) * 8500 * (0.35 + chance.next() * 1.3)));
  const price = priceCar(chance, make, newPrice, { year, mileage, litres, smallest, fuel, gearbox });
  const mpg =
    bestMpg * (smallest / litres) ** 0.35 * { Petrol: 0.92, Diesel: 1.2, Hybrid: 1.25 }[fuel] + chance.normal() * 1.5;
  const tax = chance.happens(0.03) ? '' : taxCar(chance, { year, fuel, litres });
  return [
    make,
    model,
    year,
    price,
    gearbox,
    mileage,
    fuel,
    tax,
    chance.happens(0.03) ? '' : mpg.toFixed(1),
    litres.toFixed(1),
  ];
}

// Real listings carry repeats and typing errors: six exact duplicates and one car from the year 2060 are left in.
function createCars() {
  const chance = createChance(20);
  const makes = Object.keys(MAKES);
  const cars = Array.from({ length: 2994 }, (_, at) => createCar(chance, makes[at % makes.length]));
  cars[1500][2] = 2060;
  const duplicates = Array.from({ length: 6 }, () => chance.int(0, 1400)).map((at) => cars[at]);
  return chance.shuffle([...cars, ...duplicates]).map((car) => car.join(','));
}

// ---- news: stories in the shape of the Aylien News API v6

const START_MS = Date.parse('2026-11-18T08:00:00Z');
const SPAN_S = 2 * 60 * 60;
// In so short texts another brand than the main one may be as prominent as any.
const SIDE_PROMINENCE = 0.65;

// A burst puts several stories into one slot of ten seconds: windows have something to count.
function chooseOffsets(chance, count) {
  const bursts = Array.from({ length: 14 }, () => chance.int(0, SPAN_S / 10 - 1) * 10).flatMap((slot) =>
    Array.from({ length: 4 }, () => slot + chance.int(0, 9)),
  );
  return [...bursts, ...Array.from({ length: count - bursts.length }, () => chance.int(0, SPAN_S - 1))];
}

// Acquisition follows publication by 26 s to 30 min, mostly within two minutes; ids follow it only roughly.
function publish(chance, text, offsetS, clusterId) {
  const acquiredS = offsetS + Math.min(1800, 26 + Math.floor(60 * chance.next() + 1800 * chance.next() ** 9));
  return publishStory(text, {
    publishedMs: START_MS + offsetS * 1000,
    acquiredMs: START_MS + acquiredS * 1000,
    publisher: chance.pick(PUBLISHERS),
    isTimeKnown: acquiredS >= SPAN_S || chance.happens(0.85),
    id: 5900000000 + acquiredS * 40 + chance.int(0, 4000),
    authorName: chance.pick(['', '', 'Staff Writer', 'News Desk']),
    hasImage: chance.happens(0.85),
    clusterId,
  });
}

// No title comes twice by accident: equal titles are the mark of a syndicated copy.
function createTexts(chance, slugs) {
  const texts = new Map();
  while (texts.size < slugs.length) {
    const text = describeStory(chance, writeText(chance, slugs[texts.size]), SIDE_PROMINENCE);
    if (!texts.has(text.title)) texts.set(text.title, text);
  }
  return [...texts.values()];
}

function createStories() {
  const chance = createChance(7);
  const slugs = [...Object.keys(BRANDS).flatMap((slug) => Array(21).fill(slug)), ...Array(18).fill(undefined)];
  const texts = createTexts(chance, chance.shuffle(slugs));
  const originals = chooseOffsets(chance, texts.length).map((offset, at) => ({
    offset,
    text: texts[at],
    cluster: at % 3 === 0 ? 437000000 + at : undefined,
  }));
  const syndicated = originals.filter(({ cluster, offset }) => cluster && offset < SPAN_S - 900).slice(0, 12);
  const copies = syndicated.map((one) => ({ ...one, offset: one.offset + chance.int(30, 890) }));
  const stories = [...originals, ...copies].map(({ offset, text, cluster }) =>
    publish(chance, text, offset, cluster),
  );
  return stories.sort((a, b) => Date.parse(b.published_at) - Date.parse(a.published_at) || a.id - b.id);
}

function createPage() {
  const stories = createStories();
  const last = stories.at(-1);
  const cursor = Buffer.from(`${Date.parse(last.published_at)},${last.id}`).toString('base64');
  const lines = stories.map((story) => JSON.stringify(story)).join(',\n');
  const bounds = `"published_at.start":"${toSeconds(START_MS)}","published_at.end":"${toSeconds(START_MS + (SPAN_S + 1800) * 1000)}"`;
  return `{"stories":[\n${lines}\n],\n"next_page_cursor":"${cursor}",${bounds}}\n`;
}

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'cars-sample.csv'), `${[CAR_HEADER, ...createCars()].join('\n')}\n`);
writeFileSync(join(folder, 'news-sample.json'), createPage());
