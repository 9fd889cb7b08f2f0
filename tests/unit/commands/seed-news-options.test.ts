import { Command } from 'commander';
import { addNewsOptions, type NewsFlags, readNewsFlags } from '../../../src/commands/seed-news-options.js';
import { UsageError } from '../../../src/errors.js';

/** What a command line of `seed news` asks for. */
function read(...args: string[]) {
  const command = addNewsOptions(new Command('news')).argument('[files...]').exitOverride();
  command.parse(args, { from: 'user' });
  return readNewsFlags(command.args, command.opts<NewsFlags>());
}

describe('seed news', () => {
  test.each([[[]], [['a.json', 'b.json']], [['a.json', '--speed', '60x', '--shift-to-now', '--replace']]])(
    'reads files where nothing of the live feed is named: %j',
    (args) => {
      expect(read(...args).kind).toBe('files');
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
    expect(read(flag)).toMatchObject({ kind: 'live', options: { topic: 'news', isFollowing: flag === '--follow' } });
    expect(() => read('a.json', flag)).toThrow(/exclude each other/);
  });

  test('goes on with files that were broken off', () => {
    expect(read('a.json', '--resume')).toMatchObject({ options: { isAppending: true, isResuming: true } });
    expect(() => read('a.json', '--resume', '--append')).toThrow(/--resume and --append exclude each other/);
    expect(() => read('--live', '--resume')).toThrow(/--live and --resume exclude each other/);
  });

  test('has defaults for the live feed, and takes what is said', () => {
    expect(read('--live')).toMatchObject({
      options: { pollMs: 60_000, overlapMs: 600_000, limit: undefined, recordPath: undefined },
      ...{ version: 'v6', slugs: undefined, aql: undefined, baseUrl: undefined },
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
    expect(read(...said)).toMatchObject({
      options: { isFollowing: true, pollMs: 5_000, overlapMs: 1_200_000, recordPath: 'r', topic: 't' },
      slugs: ['audi', 'bmw'],
    });
  });

  test.each([
    [['--live', '--speed', '2x'], '--live and --speed exclude each other'],
    [['--follow', '--shift-to-now'], '--follow and --shift-to-now exclude each other'],
    [['--since', 'NOW', '--append'], '--since and --append exclude each other'],
    [['--live', '--replace'], '--live and --replace exclude each other'],
    [['--follow', '--until', 'NOW'], '--follow and --until exclude each other'],
    [['--brands', 'audi', '--aql', 'x'], '--brands and --aql exclude each other'],
    [['a.json', '--live'], '--live and files exclude each other'],
    [['--live', '--poll', '5s'], '--poll needs --follow'],
    [['--aql', ' '], '--aql is empty'],
    [['--api-version', 'v7'], 'There is no version `v7` of the news API'],
    [['--follow', '--poll', 'soon'], '`soon` is not a length of time'],
    [['--speed', '60x', '--rate', '5/s'], '--speed and --rate exclude each other'],
    [['--speed', 'fast'], '`fast` is not a speed'],
    [['--append', '--replace'], '--append and --replace exclude each other'],
  ])('refuses %j: %s', (args, message) => {
    expect(() => read(...args)).toThrow(UsageError);
    expect(() => read(...args)).toThrow(message);
  });
});
