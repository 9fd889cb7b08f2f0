import { UsageError } from '../../../src/errors.js';
import { parseJob } from '../../../src/jobs/job-definition.js';
import { resolveParameters } from '../../../src/jobs/parameters.js';

const job = parseJob(
  'mill',
  `
description: turns
kind: batch
template: mill.py.hbs
parameters:
  window: {type: interval, default: 10 seconds, description: a length}
  slide: {type: interval, default: null, description: another}
  count: {type: integer, default: 5, minimum: 1, maximum: 10, description: how many}
  depth: {type: integer, default: null, minimum: 1, description: how deep}
  share: {type: float, default: 0.5, minimum: 0, maximum: 1, description: how much}
  isLoud: {type: boolean, default: false, description: loud}
  label: {type: string, default: a, description: words}
  colour: {type: string, default: red, choices: [red, green], description: which}
  input: {type: topic, default: cars, description: from where}
`,
  'mill.yaml',
);

const defaults = {
  window: '10 seconds',
  slide: null,
  count: 5,
  depth: null,
  share: 0.5,
  isLoud: false,
  label: 'a',
  colour: 'red',
  input: 'cars',
};

describe('resolveParameters', () => {
  test('takes the defaults', () => {
    expect(resolveParameters(job, [])).toEqual(defaults);
  });

  test.each([
    ['window=500ms', { window: '500 milliseconds' }],
    ['window=90s', { window: '90 seconds' }],
    ['window= 2 minutes ', { window: '2 minutes' }],
    ['slide=5s', { slide: '5 seconds' }],
    ['slide=', { slide: null }],
    ['count=1', { count: 1 }],
    ['count=10', { count: 10 }],
    ['depth=', { depth: null }],
    ['depth=3', { depth: 3 }],
    ['share=1', { share: 1 }],
    ['share=1e-3', { share: 0.001 }],
    ['isLoud=true', { isLoud: true }],
    ['label=', { label: '' }],
    ['label=a=b=c', { label: 'a=b=c' }],
    ['label=null', { label: 'null' }],
    ['label=\n"\'', { label: '\n"\'' }],
    ['colour=green', { colour: 'green' }],
    ['input=my.cars_2-x', { input: 'my.cars_2-x' }],
  ])('takes --set %p', (setting, changed) => {
    expect(resolveParameters(job, [setting])).toEqual({ ...defaults, ...changed });
  });

  test('lets the last of several settings win', () => {
    expect(resolveParameters(job, ['count=2', 'label=x', 'count=3'])).toEqual({ ...defaults, label: 'x', count: 3 });
  });

  test.each([
    ['window=5 parsecs', '`5 parsecs` does not fit the parameter window', /500ms, 10s/],
    ['window=0s', '`0s` does not fit the parameter window', /interval/],
    ['window=', '`` does not fit the parameter window', /interval/],
    ['count=1.5', '`1.5` does not fit the parameter count', /whole number/],
    ['count=five', '`five` does not fit the parameter count', /whole number/],
    ['count=', '`` does not fit the parameter count', /whole number/],
    ['count=0', '`0` does not fit the parameter count', /at least 1/],
    ['count=11', '`11` does not fit the parameter count', /at most 10/],
    ['count=99999999999999999999', '`99999999999999999999` does not fit the parameter count', /whole number/],
    ['depth=0', '`0` does not fit the parameter depth', /at least 1/],
    ['share=-0.1', '`-0.1` does not fit the parameter share', /at least 0/],
    ['share=1.01', '`1.01` does not fit the parameter share', /at most 1/],
    ['share=NaN', '`NaN` does not fit the parameter share', /0\.5/],
    ['share=Infinity', '`Infinity` does not fit the parameter share', /0\.5/],
    ['share=1e999', '`1e999` does not fit the parameter share', /0\.5/],
    ['isLoud=yes', '`yes` does not fit the parameter isLoud', /true or false/],
    ['isLoud=True', '`True` does not fit the parameter isLoud', /true or false/],
    ['colour=blue', '`blue` does not fit the parameter colour', /red, green/],
    ['input=my cars', '`my cars` does not fit the parameter input', /my-topic/],
    ['input=', '`` does not fit the parameter input', /my-topic/],
    ['windw=5s', 'The job mill has no parameter `windw`', /window, slide, count/],
    ['__proto__=1', 'The job mill has no parameter `__proto__`', /window/],
    ['constructor=1', 'The job mill has no parameter `constructor`', /window/],
    [' window=5s', 'The job mill has no parameter ` window`', /window/],
    ['window', '`--set window` has no `name=value`', /--set window=/],
    ['=5s', '`--set =5s` has no `name=value`', /--set window=/],
    ['', '`--set ` has no `name=value`', /--set window=/],
  ])('refuses --set %p', (setting, message, hint) => {
    const resolve = () => resolveParameters(job, [setting]);
    expect(resolve).toThrow(UsageError);
    expect(resolve).toThrow(expect.objectContaining({ message, hint: expect.stringMatching(hint) }));
  });

  test('refuses a default that its own bounds forbid', () => {
    const text =
      'description: x\nkind: batch\ntemplate: x.py.hbs\nparameters: {n: {type: integer, default: 0, minimum: 1, description: x}}';
    expect(() => resolveParameters(parseJob('x', text, 'x.yaml'), [])).toThrow('`0` does not fit the parameter n');
  });
});
