import { type Chance, createChance } from './chance.js';

export interface ReleaseOptions {
  readonly seed: number;
  /** How many stories there are in total. */
  readonly count: number;
  /** When the emulator starts, in milliseconds: later stories are released one by one. */
  readonly startMs: number;
  readonly releasePerSecond: number;
}

/** When a story is released, and which text it has; the text is written later. */
export interface Release {
  readonly id: number;
  /** Its place in the order of ids, from 0: the same for every `startMs`. */
  readonly number: number;
  /** `published_at`: a whole second. */
  readonly acquiredMs: number;
  /** When a request first finds it. */
  readonly visibleMs: number;
  /** Stories with the same text are syndicated copies of each other. */
  readonly textIndex: number;
  /** Whether there are copies. */
  readonly isSyndicated: boolean;
}

/** This share of the stories is released at the start; the rest follows one by one. */
const PAST_SHARE = 0.8;
const PAST_MS = 24 * 3_600_000;
const LATE_SHARE = 0.04;
const COPY_SHARE = 0.06;
/** Measured in the real feed: a story may come this much later than its neighbours, and its id may be this far ahead. */
const LATEST_S = 157;
/** Real ids have ten digits. A start in another second has other ids, so that a restarted emulator repeats none. */
const FIRST_ID = 5_900_000_000;
const IDS_PER_START_SECOND = 100_000;
const FIRST_START_MS = Date.parse('2020-01-01T00:00:00Z');

/** All releases, sorted by acquisition and then by id. The same options give the same releases. */
export function planReleases(options: ReleaseOptions): Release[] {
  const chance = createChance(options.seed);
  const moments = chooseMoments(chance, options).sort((a, b) => a.acquiredMs - b.acquiredMs);
  const firstId = FIRST_ID + Math.floor((options.startMs - FIRST_START_MS) / 1_000) * IDS_PER_START_SECOND;
  const numbers = numberRoughly(chance, moments);
  const textIndexes = shareTexts(chance, moments.length);
  const uses = new Map<number, number>();
  for (const index of textIndexes) uses.set(index, (uses.get(index) ?? 0) + 1);
  const releases = moments.map((moment, at) => {
    const textIndex = textIndexes[at] ?? at;
    const number = numbers[at] ?? at;
    return { ...moment, number, id: firstId + number, textIndex, isSyndicated: (uses.get(textIndex) ?? 1) > 1 };
  });
  return releases.sort((a, b) => a.acquiredMs - b.acquiredMs || a.id - b.id);
}

type Moment = Pick<Release, 'acquiredMs' | 'visibleMs'>;

function chooseMoments(chance: Chance, { count, startMs, releasePerSecond }: ReleaseOptions): Moment[] {
  const pastCount = Math.ceil(count * PAST_SHARE);
  const past = chooseOffsets(chance, pastCount).map((offsetMs) => startMs - PAST_MS + offsetMs);
  const live = Array.from({ length: count - pastCount }, (_, at) => startMs + ((at + 1) * 1_000) / releasePerSecond);
  return [...past, ...live].map((ms) => {
    const lateMs = chance.happens(LATE_SHARE) ? chance.int(20, LATEST_S) * 1_000 : 0;
    return { acquiredMs: Math.floor(ms / 1_000) * 1_000, visibleMs: Math.floor(ms) + lateMs };
  });
}

// Some slots of ten seconds get several stories, so that windows have something to count.
function chooseOffsets(chance: Chance, count: number): number[] {
  const offsets: number[] = [];
  while (offsets.length < count) {
    const offset = chance.int(0, PAST_MS - 10_000);
    const size = Math.min(chance.happens(0.08) ? 4 : 1, count - offsets.length);
    for (let i = 0; i < size; i++) offsets.push(offset + chance.int(0, 9_999));
  }
  return offsets;
}

// Ids have the order in which stories were found, which is only roughly that of acquisition.
function numberRoughly(chance: Chance, moments: readonly Moment[]): number[] {
  const found = moments.map(({ acquiredMs }, at) => ({ at, foundMs: acquiredMs + chance.int(0, LATEST_S * 1_000) }));
  found.sort((a, b) => a.foundMs - b.foundMs);
  const numbers = new Array<number>(moments.length);
  for (const [number, { at }] of found.entries()) numbers[at] = number;
  return numbers;
}

function shareTexts(chance: Chance, count: number): number[] {
  const indexes: number[] = [];
  for (let at = 0; at < count; at++) {
    const original = at - chance.int(1, 8);
    const isCopy = chance.happens(COPY_SHARE) && original >= 0;
    indexes.push(isCopy ? (indexes[original] ?? at) : at);
  }
  return indexes;
}
