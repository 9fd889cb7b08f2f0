// A topic of made-up listings, in the shape that `seed cars` publishes.
import { connect, createTopics } from './kafka.mjs';

export const CARS = 1_000_000;
const PARTITIONS = 4;
const BATCH = 5_000;
const FIRST_MS = Date.UTC(2026, 0, 5, 8);
const SPAN_MS = 4 * 60 * 60 * 1000;
/** Listings come a little out of order, by less than the watermark of the job. */
const JITTER_MS = 2 * 60 * 1000;
/** Makes with their share in a hundred, and the price about which theirs lie. */
const MAKES = [
  ['ford', 18, 12_300],
  ['vw', 15, 16_800],
  ['vauxhall', 13, 10_400],
  ['merc', 12, 24_700],
  ['bmw', 11, 22_700],
  ['audi', 10, 22_900],
  ['toyota', 7, 12_500],
  ['skoda', 6, 14_300],
  ['hyundai', 5, 12_700],
  ['kia', 3, 13_900],
];
const BY_PERCENT = MAKES.flatMap((make) => Array.from({ length: make[1] }, () => make));
/** No listing, each in its own way: a job makes dead letters of them, and the script by hand leaves them out. */
const BAD = ['{"make":"ford","price":', '{}', '"a listing"', '{"make":"bmw","price":20000,"listed_at":"soon"}', null];
export const BAD_CARS = 10;

/** A number from 0 up to 1 that depends on `at` alone; different salts give independent ones. */
function chance(at, salt) {
  let bits = Math.imul(at + 1, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
}

function listing(at) {
  const [make, , price] = BY_PERCENT[Math.floor(chance(at, 1) * BY_PERCENT.length)];
  const age = Math.floor(chance(at, 2) * 8);
  return {
    schema: 'car-listing/1',
    source: `${make}.csv`,
    make,
    model: `Model ${1 + Math.floor(chance(at, 3) * 20)}`,
    year: 2020 - age,
    price: Math.round(price * (1.4 - age * 0.1) * (0.8 + 0.4 * chance(at, 4))),
    transmission: ['Manual', 'Automatic', 'Semi-Auto'][Math.floor(chance(at, 5) * 3)],
    mileage: Math.round(age * 9_000 + chance(at, 6) * 9_000),
    fuel_type: ['Petrol', 'Diesel', 'Hybrid'][Math.floor(chance(at, 7) * 3)],
    tax: 145,
    mpg: Math.round(300 + chance(at, 8) * 400) / 10,
    engine_size: [1, 1.5, 2, 3][Math.floor(chance(at, 9) * 4)],
    listed_at: new Date(FIRST_MS + (at / CARS) * SPAN_MS + chance(at, 10) * JITTER_MS).toISOString(),
  };
}

function record(at) {
  const every = CARS / BAD_CARS;
  const isBad = at % every === every - 1;
  const value = isBad ? BAD[Math.floor(at / every) % BAD.length] : JSON.stringify(listing(at));
  return { key: `bench/${at}`, value, partition: at % PARTITIONS };
}

/** Fills a topic with a million listings, in turn over its partitions, uncompressed. */
export async function publishCars(broker, topic) {
  await createTopics(broker, topic);
  const producer = connect(broker).producer({ idempotent: true });
  await producer.connect();
  for (let from = 0; from < CARS; from += BATCH) {
    const messages = Array.from({ length: BATCH }, (_, more) => record(from + more));
    await producer.send({ topic, acks: -1, messages });
  }
  await producer.disconnect();
}
