// Writes the two samples that ship with the package, cars-sample.csv and news-sample.json:
//
//   node data/generate-samples.mjs [folder]     (default: the folder of this file)
//
// Everything in them is made up here from a fixed seed, so the same bytes come out of every run.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.argv[2] ?? dirname(fileURLToPath(import.meta.url));

// ---- chance: mulberry32, because Math.random cannot be seeded

function createChance(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (low, high) => low + Math.floor(next() * (high - low + 1));
  const pick = (list) => list[int(0, list.length - 1)];
  const happens = (share) => next() < share;
  // A sum of uniforms instead of Box-Muller: the last digit of Math.cos may differ between engines.
  const normal = () => Array.from({ length: 12 }, next).reduce((sum, one) => sum + one, -6);
  const shuffle = (list) =>
    list
      .map((item) => [next(), item])
      .sort((a, b) => a[0] - b[0])
      .map(([, item]) => item);
  return { next, int, pick, happens, normal, shuffle };
}

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

const BRANDS = {
  audi: { id: 'Q23317', page: 'Audi', forms: ['Audi'] },
  bmw: { id: 'Q26678', page: 'BMW', forms: ['BMW'] },
  ford: { id: 'Q44294', page: 'Ford_Motor_Company', forms: ['Ford'] },
  hyundai: { id: 'Q55931', page: 'Hyundai_Motor_Company', forms: ['Hyundai'] },
  mercedes: { id: 'Q36008', page: 'Mercedes-Benz', forms: ['Mercedes-Benz', 'Mercedes'] },
  skoda: { id: 'Q29637', page: 'Škoda_Auto', forms: ['Škoda', 'Skoda'] },
  toyota: { id: 'Q53268', page: 'Toyota', forms: ['Toyota'] },
  vauxhall: { id: 'Q59187', page: 'Vauxhall_Motors', forms: ['Vauxhall'] },
  vw: { id: 'Q246', page: 'Volkswagen', forms: ['Volkswagen', 'VW'] },
  tesla: { id: 'Q478214', page: 'Tesla,_Inc.', forms: ['Tesla'] },
};
const PLACE_ENTITIES = [
  { id: 'Q145', page: 'United_Kingdom', forms: ['United Kingdom'], types: ['Country'] },
  { id: 'Q183', page: 'Germany', forms: ['Germany'], types: ['Country'] },
  { id: 'Q46', page: 'Europe', forms: ['Europe'], types: ['Continent'] },
];
const GUIDE_ENTITY = { id: 'N190248837125530164', forms: ['Example Buyer Guide'], types: ['Product'] };
const SOURCES = [
  ['Example Motoring Daily', 'motoring.example.com', 'GB'],
  ['Example Car Review', 'cars.example.org', 'GB'],
  ['Sample Evening Post', 'post.example.net', 'GB'],
  ['Sample Wheels Weekly', 'wheels.example.com', 'IE'],
  ['Example Business Wire', 'wire.example.org', 'US'],
  ['Generic Auto Journal', 'journal.example.net', 'DE'],
  ['Sample Drivers Blog', 'drivers.example.org', null],
].map(([name, domain, country], at) => ({ id: 9001 + at, name, domain, country }));

// Slots: {b} the brand, {o} another brand, {p} a place, {c} a kind of car, {n} a number, {m} a month.
const TITLES = {
  neutral: [
    'What a three-year-old {b} {c} costs to run in {p}',
    'Used {b} {c}: what to look at before buying',
    '{b} {c} or {o} {c}: a week with both',
    'How {b} owners in {p} choose winter tyres',
    'Reading the service book of an older {b} {c}',
    'Questions readers asked about the {b} {c} in {m}',
    'From brochure to driveway: ordering a {b} {c}',
    '{b} and {o} share a stand at the {p} motor evening',
    'A short guide to {b} {c} trim levels',
    'Leasing a {b} {c}: the numbers explained',
    'How the {b} {c} dashboard changed over {n} years',
    'Inside a {p} workshop that only repairs {b}',
  ],
  positive: [
    'Why drivers in {p} enjoy the {b} {c}',
    'Restored {b} {c} delights visitors in {p}',
    'Quiet and comfortable: {n} days in a {b} {c}',
    '{b} club in {p} celebrates {n} good years',
    'A {b} {c} that is easy to live with',
    'Readers praise the seats of the {b} {c}',
  ],
  negative: [
    'Waiting for parts: a {b} owner in {p} is losing patience',
    'Higher running costs worry {b} drivers in {p}',
    'Cold morning trouble for an old {b} {c}',
    'Why the {b} {c} did not suit our family',
    'Fewer {b} {c} offers than last {m}, say buyers in {p}',
  ],
};
const PLAIN_TITLES = [
  'Parking charges under review in {p}',
  'Cycle lane in {p} opens after {n} weeks of work',
  'How to read a used car advert',
  'New timetable for the {p} bus station',
  'Checking tyre pressure in cold weather',
  'Petrol prices in {p} little changed in {m}',
  'Village near {p} tries a car sharing scheme',
];
const SENTENCES = [
  'The {b} {c} was parked outside for {n} nights and started every time.',
  'Prices for a comparable {o} were within a few hundred pounds.',
  'A full service record matters more than the colour, one dealer in {p} told us.',
  'Most {b} buyers look at mileage first and at the engine second.',
  'Insurance for the {c} came to about {n} pounds a month in our example.',
  'The boot takes {n} shopping bags, which surprised the {b} owner we met.',
  'Fuel use on the ring road around {p} was close to the official figure.',
  'In {m} the waiting list for a test drive was {n} days long.',
  'Drivers who moved from a {o} mention the softer ride.',
  'The Example Buyer Guide lists {n} points to check on any {c}.',
  'Across the United Kingdom, automatic gearboxes are asked for more often than before.',
  'Buyers in Germany tend to keep a {b} longer, a reader writes.',
  'Similar questions are discussed by owners all over Europe.',
  'A second key and the tool kit should be in the car 🚗 when you collect it.',
  'None of the {b} drivers we spoke to had planned to sell before spring.',
  'The garage in {p} keeps the most common parts on the shelf.',
];
const PLAIN_SENTENCES = [
  'The council in {p} expects a decision in {m}.',
  'About {n} people came to the meeting.',
  'Residents can send comments until the end of {m}.',
  'A spokesperson said the plan had been discussed for {n} weeks.',
  'Traffic on the main road was calm on the first day.',
  'The figures come from a survey in the United Kingdom.',
];
const PLACES = ['Leeds', 'Bristol', 'York', 'Cardiff', 'Norwich', 'Derby', 'Exeter', 'Dundee'];
const CAR_KINDS = ['hatchback', 'estate', 'saloon', 'small SUV', 'city car', 'family car'];
const MONTHS = ['August', 'September', 'October', 'November'];

const START_MS = Date.parse('2026-11-18T08:00:00Z');
const SPAN_S = 2 * 60 * 60;
const toSeconds = (ms) => new Date(ms).toISOString().replace('.000Z', 'Z');
const countCodePoints = (text) => [...text].length;
const round2 = (number) => Math.round(number * 100) / 100;

function fill(chance, template, brand, other) {
  const values = {
    b: brand && chance.pick(brand.forms),
    o: other && chance.pick(other.forms),
    p: chance.pick(PLACES),
    c: chance.pick(CAR_KINDS),
    n: chance.int(3, 40),
    m: chance.pick(MONTHS),
  };
  const filled = template.replace(/\{(\w)\}/g, (_, slot) => values[slot]);
  return filled[0].toUpperCase() + filled.slice(1);
}

function findMentions(text, form, forms, sentiment) {
  const longer = forms
    .filter((other) => other.length > form.length && other.startsWith(form))
    .map((other) => `(?!${other})`)
    .join('');
  const found = [...text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}])${longer}${form}(?![\\p{L}\\p{N}])`, 'gu'))];
  return found.map(({ index }) => {
    const start = countCodePoints(text.slice(0, index));
    return { index: { start, end: start + countCodePoints(form) }, sentiment };
  });
}

function describeMentions(text, entity, sentiment) {
  const forms = entity.forms.map((form) => ({
    text: form,
    mentions: findMentions(text, form, entity.forms, sentiment),
  }));
  const found = forms.filter(({ mentions }) => mentions.length > 0);
  const surface_forms = found.map(({ text, mentions }) => ({ text, frequency: mentions.length, mentions }));
  return found.length > 0 ? { sentiment, surface_forms } : { surface_forms };
}

function describeEntity(chance, entity, story, polarity) {
  const sentiment = { polarity, confidence: round2(0.4 + chance.next() * 0.55) };
  const [title, body] = [
    describeMentions(story.title, entity, sentiment),
    describeMentions(story.body, entity, sentiment),
  ];
  const frequency = [...title.surface_forms, ...body.surface_forms].reduce((sum, form) => sum + form.frequency, 0);
  const links = entity.page && {
    wikipedia: `https://en.wikipedia.org/wiki/${entity.page}`,
    wikidata: `https://www.wikidata.org/wiki/${entity.id}`,
  };
  const prominence = title.surface_forms.length > 0 ? 0.98 : Math.min(0.65, round2(0.02 + frequency * 0.12));
  return {
    id: entity.id,
    ...(links && { links }),
    stock_tickers: entity.id === 'Q478214' ? ['TSLA'] : [],
    types: entity.types ?? ['Business', 'Organization'],
    overall_sentiment: sentiment,
    overall_prominence: prominence,
    overall_frequency: frequency,
    body,
    title,
    external_ids: {},
  };
}

// About one brand in eight is left unlinked, as the real entity linker does: then only the text names it.
function listEntities(chance, story, polarity) {
  const candidates = [...Object.values(BRANDS).filter(() => chance.happens(0.88)), ...PLACE_ENTITIES, GUIDE_ENTITY];
  const entities = candidates.map((entity) => describeEntity(chance, entity, story, polarity));
  return entities
    .filter((entity) => entity.overall_frequency > 0)
    .sort((a, b) => b.overall_prominence - a.overall_prominence);
}

function topic(taxonomy, id, label, score) {
  const self = `https://api.aylien.com/api/v1/classify/taxonomy/${taxonomy}/${id}`;
  return { id, label, score, taxonomy, links: { self } };
}

function listCategories(chance, isAboutCars) {
  if (!isAboutCars) return [topic('iab-qag', 'IAB12', 'News', 0.8)];
  const news = chance.happens(0.2)
    ? [topic('iptc-subjectcode', '04011000', 'manufacturing and engineering', round2(chance.next()))]
    : [];
  return [topic('iab-qag', 'IAB2', 'Automotive', chance.happens(0.3) ? 1 : round2(0.5 + chance.next() / 2)), ...news];
}

function listIndustries(chance, isAboutCars) {
  if (!isAboutCars || chance.happens(0.15)) return [];
  const { taxonomy: _none, ...industry } = topic(
    'industries',
    'in.motor.auto',
    'Cars and Light Trucks',
    round2(0.4 + chance.next() * 0.6),
  );
  return [industry];
}

function writeText(chance, slug) {
  const [brand, other] = [BRANDS[slug], BRANDS[chance.pick(Object.keys(BRANDS).filter((one) => one !== slug))]];
  const tone = chance.pick(['neutral', 'neutral', 'neutral', 'positive', 'negative']);
  const [titles, sentences] = slug ? [TITLES[tone], SENTENCES] : [PLAIN_TITLES, PLAIN_SENTENCES];
  const chosen = chance
    .shuffle(sentences)
    .slice(0, chance.int(2, 4))
    .map((sentence) => fill(chance, sentence, brand, other));
  // A few titles leave the brand to the body, as headlines do.
  const headline = slug && chance.happens(0.06) ? 'Readers write: {n} notes on driving in {p}' : chance.pick(titles);
  const title = fill(chance, headline, brand, other);
  const named = slug
    ? [fill(chance, 'This piece looks at {b} from the point of view of people who drive one.', brand)]
    : [];
  return { title, sentences: [...named, ...chosen], polarity: slug ? tone : 'neutral' };
}

function createStory(chance, slug) {
  const { title, sentences, polarity } = writeText(chance, slug);
  const half = Math.ceil(sentences.length / 2);
  const body = `${sentences.slice(0, half).join(' ')}\n${sentences.slice(half).join(' ')}`;
  const score = () => round2(0.4 + chance.next() * 0.55);
  return {
    title,
    body,
    summary: { sentences: sentences.slice(0, chance.int(1, 2)) },
    categories: listCategories(chance, slug !== undefined),
    industries: listIndustries(chance, slug !== undefined),
    entities: listEntities(chance, { title, body }, polarity),
    hashtags: slug ? [`#${BRANDS[slug].forms.at(-1)}`, '#UsedCars'] : ['#LocalNews'],
    keywords: slug ? [BRANDS[slug].forms[0], 'drivers', chance.pick(CAR_KINDS)] : ['council', 'traffic'],
    language: 'en',
    sentiment: { title: { polarity, score: score() }, body: { polarity, score: score() } },
    characters_count: countCodePoints(body.replaceAll('\n', '')),
    words_count: body.split(/\s+/).length,
    sentences_count: sentences.length,
    paragraphs_count: 2,
    license_type: 0,
  };
}

// A burst puts several stories into one slot of ten seconds: windows have something to count.
function chooseOffsets(chance, count) {
  const bursts = Array.from({ length: 14 }, () => chance.int(0, SPAN_S / 10 - 1) * 10).flatMap((slot) =>
    Array.from({ length: 4 }, () => slot + chance.int(0, 9)),
  );
  return [...bursts, ...Array.from({ length: count - bursts.length }, () => chance.int(0, SPAN_S - 1))];
}

// Acquisition follows publication by 26 s to 30 min, mostly within two minutes; ids follow it only roughly.
function publish(chance, text, offsetS) {
  const delayS = Math.min(1800, 26 + Math.floor(60 * chance.next() + 1800 * chance.next() ** 9));
  const [publishedMs, acquiredMs] = [START_MS + offsetS * 1000, START_MS + (offsetS + delayS) * 1000];
  const source = chance.pick(SOURCES);
  const isTimeKnown = offsetS + delayS >= SPAN_S || chance.happens(0.85);
  return {
    id: 5900000000 + (offsetS + delayS) * 40 + chance.int(0, 4000),
    ...text,
    author: { id: 700 + source.id, name: chance.pick(['', '', 'Staff Writer', 'News Desk']) },
    source: {
      id: source.id,
      name: source.name,
      domain: source.domain,
      home_page_url: `https://${source.domain}/`,
      locations: source.country ? [{ country: source.country }] : [],
      scopes: [],
    },
    published_at: toSeconds(acquiredMs),
    ...(isTimeKnown && { published_datetime: toSeconds(publishedMs) }),
  };
}

function addLinks(chance, story, clusterId) {
  const slug = story.title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
  const clusters = clusterId ? [clusterId] : [];
  const image = {
    type: 'image',
    url: `https://img.${story.source.domain}/${story.id}.jpg`,
    format: 'JPEG',
    width: 840,
    height: 560,
  };
  const links = {
    permalink: `https://${story.source.domain}/2026/11/18/${slug}-${story.id}`,
    ...(clusterId && { clusters: `/stories?clusters[]=${clusterId}` }),
  };
  return { ...story, clusters, links, media: chance.happens(0.85) ? [image] : [] };
}

// No title comes twice by accident: equal titles are the mark of a syndicated copy.
function createTexts(chance, slugs) {
  const texts = new Map();
  while (texts.size < slugs.length) {
    const text = createStory(chance, slugs[texts.size]);
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
    addLinks(chance, publish(chance, text, offset), cluster),
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
