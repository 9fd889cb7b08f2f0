import { UsageError } from '../../../src/errors.js';
import { parseJob } from '../../../src/jobs/job-definition.js';
import { refuseUnfit, type Settings } from '../../../src/jobs/refusals.js';

const withRefusals = (refuse: string) =>
  parseJob(
    'x',
    `description: x
kind: streaming
template: x.py.hbs
parameters:
  window: {type: interval, default: 10s, description: x}
  slide: {type: interval, default: null, description: x}
  few: {type: integer, default: 1, description: x}
  share: {type: float, default: 0.5, description: x}
  mode: {type: string, default: null, description: x}
  isOpen: {type: boolean, default: false, description: x}
refuse: ${refuse}
`,
    'x.yaml',
  );

const one = (when: string) => withRefusals(`[{when: ${when}, why: it does not, instead: Take another.}]`);
const settings = (values: Settings['values'], ...given: string[]): Settings => ({ values, given: new Set(given) });

describe('refuseUnfit', () => {
  test.each<[string, string, Settings, boolean]>([
    ['a value where one is set', '{slide: set}', settings({ slide: '1 second' }), true],
    ['none where it is null', '{slide: set}', settings({ slide: null }, 'slide'), false],
    ['a default that the user names', '{window: given}', settings({ window: '10 seconds' }, 'window'), true],
    ['nothing that the user names', '{slide: given}', settings({ slide: null }, 'slide'), false],
    ['no default that nobody names', '{window: given}', settings({ window: '10 seconds' }), false],
    ['the text', '{mode: {is: update}}', settings({ mode: 'update' }), true],
    ['no other text', '{mode: {is: update}}', settings({ mode: null }), false],
    ['true', '{isOpen: {is: true}}', settings({ isOpen: true }), true],
    ['what is not the text', '{trigger: {isNot: available-now}}', settings({ trigger: '1 second' }), true],
    ['no batch that has no trigger', '{trigger: {is: available-now}}', settings({ trigger: null }), false],
    ['a longer interval', '{slide: {above: window}}', settings({ slide: '2 minutes', window: '90 seconds' }), true],
    [
      'none of the same length',
      '{slide: {above: window}}',
      settings({ slide: '1 minute', window: '60 seconds' }),
      false,
    ],
    ['nothing beside null', '{slide: {above: window}}', settings({ slide: null, window: '1 second' }), false],
    ['a greater number', '{few: {above: share}}', settings({ few: 1, share: 0.5 }), true],
    [
      'more than so many times as much',
      '{window: {above: slide, times: 60}}',
      settings({ window: '61 seconds', slide: '1 second' }),
      true,
    ],
    [
      'not so many times as much',
      '{window: {above: slide, times: 60}}',
      settings({ window: '1 minute', slide: '1 second' }),
      false,
    ],
    ['all tests of one together', '{slide: set, mode: set}', settings({ slide: '1 second', mode: null }), false],
  ])('finds %s', (_, when, given, isRefused) => {
    const refuse = () => refuseUnfit(one(when), given);
    if (isRefused) expect(refuse).toThrow(UsageError);
    else expect(refuse).not.toThrow();
  });

  test('names what was set, every reason, and each way out once', () => {
    const job = withRefusals(`
  - {when: {slide: {above: window}}, why: there are gaps, instead: Take a shorter slide.}
  - {when: {slide: set, mode: {isNot: append}}, why: it overlaps, instead: Take a shorter slide.}
  - {when: {isOpen: {is: true}}, why: it is not open, instead: Shut it.}`);
    expect(() => refuseUnfit(job, settings({ slide: '2 days', window: '1 day', mode: null, isOpen: false }))).toThrow(
      expect.objectContaining({
        message:
          'The job x does not run with slide=2 days, window=1 day: there are gaps; nor with slide=2 days, mode=none: it overlaps',
        hint: 'Take a shorter slide.',
      }),
    );
  });
});

describe('a refusal in a job file', () => {
  test.each([
    ['tests a parameter that is not there', '{colour: set}', /refuse\.0\.when\.colour: there is no parameter colour/],
    ['compares with one that is not there', '{slide: {above: windw}}', /slide and windw are not two intervals/],
    ['compares what has no size', '{mode: {above: mode}}', /mode and mode are not two intervals or two numbers/],
    ['compares a length with a number', '{slide: {above: few}}', /slide and few are not/],
    ['tests nothing', '{}', /refuse\.0\.when: names no parameter/],
    ['has a test that nobody knows', '{slide: unset}', /refuse\.0\.when\.slide/],
  ])('is a mistake when it %s', (_, when, message) => {
    expect(() => one(when)).toThrow(message);
  });
});
