import { Command } from 'commander';
import { candidatesFor, type WordSources } from '../../../src/commands/completion-candidates.js';
import { addSeedOptions, readSeedFlags } from '../../../src/commands/seed-options.js';
import { UsageError } from '../../../src/errors.js';
import { asksForLive, chooseLive } from '../../../src/seed/live/live-flags.js';
import { SEED_KINDS } from '../../../src/seed/registry.js';
import { seedCars } from '../../../src/seed/seed-cars.js';
import type { SeedKind } from '../../../src/seed/seed-kind.js';
import { seedNews } from '../../../src/seed/seed-news.js';

function parse(kind: SeedKind, args: readonly string[]) {
  const command = addSeedOptions(new Command(kind.name), kind).argument('[files...]').exitOverride();
  command.parse([...args], { from: 'user' });
  return { command, flags: command.opts() };
}

/** What a command line of `seed <kind>` asks for. */
function readFor(kind: SeedKind, ...args: string[]) {
  const { command, flags } = parse(kind, args);
  return readSeedFlags(kind, command.args, flags);
}

/** What a command line of `seed news` asks for of the live feed. */
function readLive(...args: string[]) {
  const { command, flags } = parse(seedNews, args);
  return { ...readSeedFlags(seedNews, command.args, flags), ...chooseLive(command.args, flags) };
}

const read = (...args: string[]) => readFor(seedNews, ...args);

describe.each(SEED_KINDS.map((kind) => [kind.name, kind] as const))('seed %s', (name, kind) => {
  test('goes to the topic of its name, flat out, all of it', () => {
    const pace = { ratePerSecond: undefined, spreadMs: undefined, speed: undefined, isShifted: false };
    expect(readFor(kind).options).toEqual({
      ...{ topic: name, limit: undefined, pace, recordPath: undefined },
      ...{ isAppending: false, isReplacing: false, isResuming: false },
    });
  });

  test('has every pace that its rows allow, goes on with what was broken off, and records', () => {
    const args = ['a', '--rate', '5/s', '--spread', '1h', '--limit', '3', '--resume', '--record', 'r', '--topic', 't'];
    expect(readFor(kind, ...args).options).toMatchObject({
      ...{ topic: 't', limit: 3, pace: { ratePerSecond: 5, spreadMs: 3_600_000 }, recordPath: 'r' },
      ...{ isAppending: true, isResuming: true },
    });
  });

  test.each([
    [['--resume', '--append'], '--resume and --append exclude each other'],
    [['--resume', '--replace'], '--resume and --replace exclude each other'],
    [['--append', '--replace'], '--append and --replace exclude each other'],
    [['--rate', 'fast'], '`fast` is not a rate'],
    [['--spread', 'wide'], '`wide` is not a length of time'],
    [['--speed', 'fast'], '`fast` is not a speed'],
  ])('refuses %j: %s', (args, message) => {
    expect(() => readFor(kind, ...args)).toThrow(UsageError);
    expect(() => readFor(kind, ...args)).toThrow(message);
  });
});

describe('rows that get their time when they are published', () => {
  test.each(['--speed=60x', '--shift-to-now'])('have no use for %s, in one sentence', (flag) => {
    expect(() => readFor(seedCars, flag)).toThrow(UsageError);
    expect(() => readFor(seedCars, flag)).toThrow(
      `${flag.split('=')[0]} needs to know when things happened, which the rows of \`seed cars\` do not say: they get their time when they are published`,
    );
  });

  test.each([
    ['cars', seedCars, false],
    ['news', seedNews, true],
  ] as const)('seed %s: help and completion name what goes by time: %s', async (_, kind, isThere) => {
    const { command } = parse(kind, []);
    const program = new Command('millrace').addCommand(command);
    const words = await candidatesFor(program, [kind.name, '--s'], {} as WordSources);
    for (const flag of ['--speed', '--shift-to-now']) {
      expect(command.helpInformation().includes(flag)).toBe(isThere);
      expect(words.includes(flag)).toBe(isThere);
    }
    expect(words).toContain('--spread');
  });
});

describe('seed news', () => {
  test.each([[[]], [['a.json', 'b.json']], [['a.json', '--speed', '60x', '--shift-to-now', '--replace']]])(
    'reads files where nothing of the live feed is named: %j',
    (args) => {
      expect(asksForLive(parse(seedNews, args).flags)).toBe(false);
      expect(read(...args).choice.options).toBeUndefined();
    },
  );

  test.each([
    ['--live'],
    ['--follow'],
    ['--since=NOW-1DAY'],
    ['--until=NOW'],
    ['--overlap=1m'],
    ['--brands=audi'],
    ['--aql=x'],
    ['--api-url=http://127.0.0.1/v6/news'],
    ['--api-version=v5'],
    ['--credentials=keys'],
  ])('%s means the live feed', (flag) => {
    expect(read(flag).choice.options).toEqual({ isAppending: true });
    expect(readLive(flag)).toMatchObject({
      options: { topic: 'news' },
      polling: { isFollowing: flag === '--follow' },
    });
    expect(() => read('a.json', flag)).toThrow(/exclude each other/);
  });

  test('has defaults for the live feed, and takes what is said', () => {
    expect(readLive('--live')).toMatchObject({
      polling: { pollMs: 60_000, overlapMs: 600_000 },
      options: { limit: undefined, recordPath: undefined },
      feed: { version: 'v6', slugs: undefined, aql: undefined, baseUrl: undefined },
    });
    const said = [
      '--follow',
      '--poll',
      '5s',
      '--overlap',
      '20m',
      '--brands',
      'audi,bmw',
      '--record',
      'r',
      '--topic',
      't',
    ];
    expect(readLive(...said)).toMatchObject({
      polling: { isFollowing: true, pollMs: 5_000, overlapMs: 1_200_000 },
      options: { recordPath: 'r', topic: 't' },
      feed: { slugs: ['audi', 'bmw'] },
    });
  });

  test.each([
    [['--live', '--speed', '2x'], '--live and --speed exclude each other'],
    [['--follow', '--shift-to-now'], '--follow and --shift-to-now exclude each other'],
    [['--since', 'NOW', '--append'], '--since and --append exclude each other'],
    [['--live', '--replace'], '--live and --replace exclude each other'],
    [['--live', '--resume'], '--live and --resume exclude each other'],
    [['--live', '--spread', '1h'], '--live and --spread exclude each other'],
    [['--follow', '--until', 'NOW'], '--follow and --until exclude each other'],
    [['--brands', 'audi', '--aql', 'x'], '--brands and --aql exclude each other'],
    [['a.json', '--live'], '--live and files exclude each other'],
    [['--live', '--poll', '5s'], '--poll needs --follow'],
    [['--aql', ' '], '--aql is empty'],
    [['--api-version', 'v7'], 'There is no version `v7` of the news API'],
    [['--follow', '--poll', 'soon'], '`soon` is not a length of time'],
    [['--speed', '60x', '--rate', '5/s'], '--speed and --rate exclude each other'],
    [['--speed', '60x', '--spread', '1h'], '--speed and --spread exclude each other'],
    [['--shift-to-now', '--spread', '1h'], '--shift-to-now and --spread exclude each other'],
  ])('refuses %j: %s', (args, message) => {
    expect(() => read(...args)).toThrow(UsageError);
    expect(() => read(...args)).toThrow(message);
  });
});
