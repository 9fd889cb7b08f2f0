import { withPresentFolders } from '../../../../src/runs/supervise/launch-files.js';

const scriptFor = (data: string) =>
  [
    `RUN_FOLDER = "${data}/runs/my.cars-1"`,
    `CHECKPOINT_FOLDER = "${data}/checkpoints/my.cars/1"`,
    `TITLE = "as in ${data}/out, elsewhere"`,
    'OTHER = "/elsewhere/data/out"',
  ].join('\n');

describe('withPresentFolders', () => {
  test.each([
    ['/home/ada/project/.millrace/data', '/srv/p/.millrace/data', '/srv/p/.millrace/data'],
    [
      '/t\\u00e9st, \\"a\\"/.millrace/data',
      '/žluť/$& 車/.millrace/data',
      '/\\u017elu\\u0165/$& \\u8eca/.millrace/data',
    ],
    ['/home/ada/project/.millrace/data', '/home/ada/project/.millrace/data', '/home/ada/project/.millrace/data'],
  ])('takes the folders below %s for those below %s', (before, today, spelled) => {
    const text = scriptFor(before);
    const now = withPresentFolders(text, 'my.cars-1', today);
    expect(now.split('\n').slice(0, 2)).toEqual(scriptFor(spelled).split('\n').slice(0, 2));
    expect(now.split('\n').slice(2)).toEqual(text.split('\n').slice(2));
  });

  test.each(['', 'print("a script of nobody")', scriptFor('/p').replace('my.cars-1', 'myxcars-1')])(
    'leaves %j as it is, which names no folder of the run',
    (text) => expect(withPresentFolders(text, 'my.cars-1', '/srv/data')).toBe(text),
  );
});
