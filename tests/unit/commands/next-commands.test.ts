import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeAfterSeed, nextSteps } from '../../../src/commands/describe-seed.js';
import { describeNext, globalOptionsOf, nextCommand } from '../../../src/commands/next-commands.js';
import { planArguments } from '../../../src/commands/run-options.js';
import { packagePath } from '../../../src/project/package-files.js';
import { seedCars } from '../../../src/seed/seed-cars.js';
import { seedNews } from '../../../src/seed/seed-news.js';
import { scanSource } from '../source-scan.js';

const here = { globalOptions: [] };
const elsewhere = { globalOptions: globalOptionsOf({ project: "/it's, here", target: 'local' }) };
const commands = (steps: readonly { readonly command: string }[]) => steps.map(({ command }) => command);

describe('nextCommand', () => {
  test('keeps each word in a shell', () => {
    const command = nextCommand(elsewhere, 'submit', 'windowed-news', '--set', 'window=10 seconds');
    const words = execFileSync('/bin/sh', ['-c', `millrace() { printf '%s\\n' "$@"; }; ${command}`], {
      encoding: 'utf8',
    });
    expect(words.trimEnd().split('\n')).toEqual([
      ...['submit', 'windowed-news', '--set', 'window=10 seconds'],
      ...['--project', "/it's, here", '--target', 'local'],
    ]);
  });

  test('plans again what was planned', () => {
    const flags = { set: ['input=other', 'slide=5 seconds'], name: 'mine', trigger: 'available-now', alert: 3 };
    expect(nextCommand(here, 'submit', 'windowed-news', ...planArguments({ ...flags, closeWindows: true }))).toBe(
      "millrace submit windowed-news --set input=other --set 'slide=5 seconds' --name mine --trigger available-now --alert 3 --close-windows",
    );
  });
});

test('describeNext writes one command per line', () => {
  const steps = [{ command: 'millrace seed cars', does: 'sample cars' }, { command: 'millrace cluster down' }];
  expect(describeNext(steps)).toEqual(['  Next  millrace seed cars      sample cars', '        millrace cluster down']);
});

describe('what follows a seed', () => {
  const seeded = {
    ...{ topic: 'other', read: 3, published: 3, rejected: 0, duplicates: 0, seconds: 1 },
    offsets: { before: 0, after: 3 },
    rejectsFile: null,
    ...{ files: [], groups: {}, odd: [], facts: {} },
  };

  test('names the topic that was filled', () => {
    expect(commands(nextSteps(here, seedCars, 'other'))).toEqual([
      'millrace topic tail other -n 5',
      'millrace submit windowed-cars --set input=other',
      'millrace train model --set input=other',
    ]);
    expect(commands(nextSteps(here, seedNews, 'other'))).toEqual([
      'millrace submit windowed-news --set input=other',
      'millrace topic tail other -n 5',
    ]);
  });

  test('says nothing that goes without saying', () => {
    expect(commands(nextSteps(here, seedCars, 'cars')).slice(1)).toEqual([
      'millrace submit windowed-cars',
      'millrace train model',
    ]);
    expect(commands(nextSteps(here, seedNews, 'news'))[0]).toBe('millrace submit windowed-news');
  });

  test('is a look at the rejects where nothing was published', () => {
    const rejected = { ...seeded, published: 0, rejected: 3, rejectsFile: '/it is/rejects.ndjson' };
    expect(describeAfterSeed(rejected, nextSteps(here, seedCars, 'other'))).toEqual([
      "  Next  head -n 5 '/it is/rejects.ndjson'   why nothing was published",
    ]);
  });

  test('is the topic where some were published, or where it holds them already', () => {
    const some = { ...seeded, rejected: 1, rejectsFile: '/rejects.ndjson' };
    const held = { ...seeded, published: 0, duplicates: 3 };
    for (const report of [some, held])
      expect(describeAfterSeed(report, nextSteps(here, seedCars, 'other'))).toHaveLength(3);
  });

  test('is nothing where there was nothing', () => {
    const nothing = { ...seeded, read: 0, published: 0, offsets: { before: 0, after: 0 } };
    expect(describeAfterSeed(nothing, nextSteps(here, seedCars, 'other'))).toEqual([]);
  });
});

/** Written by `nextCommand`, or in backticks: else it is not sent where the command before went. */
test('every command in a text gets the global options', () => {
  const isHelp = (text: string) => /Examples?:/.test(text);
  const loose = readdirSync(packagePath('src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => {
      const { strings } = scanSource(readFileSync(join(packagePath('src'), file), 'utf8'));
      return strings
        .filter(
          (text) =>
            !isHelp(text) && /[^`]\bmillrace (cluster|topic|seed|submit|runs|train|render|env|job)\b/.test(text),
        )
        .map((text) => `${file}: ${text}`);
    });
  expect(loose).toEqual([]);
});
