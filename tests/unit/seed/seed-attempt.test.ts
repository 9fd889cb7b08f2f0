import { InterruptedError, UsageError } from '../../../src/errors.js';
import { RecordingReporter } from '../../../src/report/recording-reporter.js';
import { parseBrands } from '../../../src/seed/brands/brands.js';
import { NewsPlan } from '../../../src/seed/pace/replay.js';
import { withWayOn } from '../../../src/seed/seed-attempt.js';

describe('withWayOn', () => {
  const brands = parseBrands('audi: {name: Audi, wikidata: Q23317, surfaceForms: [Audi]}');
  const planOf = (isResuming: boolean) =>
    new NewsPlan({ paths: [], sourcePrefix: '', isResuming }, { brands, report: new RecordingReporter() });

  test.each([
    [
      'files, which the same command would not take twice',
      planOf(false),
      'Run the same command with `--resume` to go on.',
    ],
    ['what is resumed', planOf(true), 'Run the same command again to go on.'],
    ['the live feed', {}, 'Run the same command again to go on.'],
  ])('says after Ctrl-C how to go on with %s', (_, plan, hint) => {
    expect(withWayOn(new InterruptedError('SIGINT'), plan)).toMatchObject({ exitCode: 130, hint });
  });

  test('leaves any other failure as it is', () => {
    const error = new UsageError('no', 'Do this.');
    expect(withWayOn(error, planOf(false))).toBe(error);
  });
});
