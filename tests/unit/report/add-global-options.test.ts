import { addGlobalOptions, addGlobalOptionsIn } from '../../../src/report/add-global-options.js';

const globalOptions = ["--project '/it is, here'", '--target local'];

describe('addGlobalOptions', () => {
  test.each([
    ['a command', 'millrace runs list', "millrace runs list --project '/it is, here' --target local"],
    [
      'each of several',
      'millrace runs stop a-1 && millrace submit a',
      "millrace runs stop a-1 --project '/it is, here' --target local && millrace submit a --project '/it is, here' --target local",
    ],
    [
      'one that says where it goes itself',
      'millrace cluster down --target docker',
      "millrace cluster down --target docker --project '/it is, here'",
    ],
    [
      'one with arguments for a script',
      'millrace submit ./mine.py -- --limit 5',
      "millrace submit ./mine.py --project '/it is, here' --target local -- --limit 5",
    ],
    ["another program's", 'head -n 5 rejects.ndjson', 'head -n 5 rejects.ndjson'],
  ])('adds the global options to %s', (_, command, sent) => {
    expect(addGlobalOptions(command, globalOptions)).toBe(sent);
  });

  test('ignores options and the separator inside quotes', () => {
    const odd = ["--project '/odd -- dir && it'\\''s --target x'", '--target local'];
    expect(addGlobalOptions("millrace seed cars '/a --project b.csv'", odd)).toBe(
      `millrace seed cars '/a --project b.csv' ${odd.join(' ')}`,
    );
    const again = addGlobalOptions('millrace submit a -- b', odd);
    expect(again).toBe(`millrace submit a ${odd.join(' ')} -- b`);
    expect(addGlobalOptions(again, odd)).toBe(again);
  });

  test('adds nothing without global options', () => {
    expect(addGlobalOptions('millrace runs list', [])).toBe('millrace runs list');
  });
});

test('addGlobalOptionsIn finds the commands of a text, and leaves alone what only names a process', () => {
  const text = 'Run `millrace cluster up`, or add `--queue`; `millrace seed` (process 7) is at work.';
  expect(addGlobalOptionsIn(text, ['--target local'])).toBe(
    'Run `millrace cluster up --target local`, or add `--queue`; `millrace seed` (process 7) is at work.',
  );
});
