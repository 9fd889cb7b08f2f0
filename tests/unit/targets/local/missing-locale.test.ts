import { missingLocale } from '../../../../src/targets/local/missing-locale.js';

const { PATH } = process.env;

describe('missingLocale', () => {
  test.each([
    ['no locale at all', {}],
    ['the C locale', { LC_ALL: 'C', LANG: 'C.UTF-8' }],
    ['one that is not installed, which counts as none', { LANG: 'xx_XX.UTF-8' }],
  ])('%s: the shell needs one that speaks UTF-8', async (_, env) => {
    expect(await missingLocale({ PATH, ...env })).toEqual({ LC_ALL: 'C.UTF-8' });
  });

  test.each([
    ['by LANG', { LANG: 'C.UTF-8' }],
    ['by LC_CTYPE alone', { LANG: 'C', LC_CTYPE: 'C.UTF-8' }],
    ['by LC_ALL', { LC_ALL: 'C.UTF-8', LANG: 'C' }],
  ])('a shell that speaks UTF-8 %s stays as it is', async (_, env) => {
    expect(await missingLocale({ PATH, ...env })).toEqual({});
  });

  test('where nobody can tell, it is set', async () => {
    expect(await missingLocale({ PATH: '/nowhere' })).toEqual({ LC_ALL: 'C.UTF-8' });
  });
});
