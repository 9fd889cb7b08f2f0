import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../../src/errors.js';
import { jobJsonSchema, parseJob, resolveValue } from '../../../src/jobs/job-definition.js';

const whole = `
description: counts
kind: streaming
template: count.py.hbs
reads: [cars, {from: parameters.input}]
writes: [{from: parameters.output}]
parameters:
  input: {type: topic, default: news, description: from}
  output: {type: topic, default: counts, description: to}
  window: {type: interval, default: 10s, description: length}
  slide: {type: interval, default: null, description: distance}
resources: {cores: 2, executorMemory: 1g}
state: {keys: {brand: string}, window: {from: parameters.window}, slide: {from: parameters.slide}}
`;

const mistakesOf = (text: string): string => {
  try {
    parseJob('x', text, 'jobs/x.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error('it was taken for a job');
};

describe('parseJob', () => {
  test('reads a whole job', () => {
    const job = parseJob('count', whole, 'count.yaml');
    expect(job).toMatchObject({ name: 'count', kind: 'streaming', reads: ['cars', { from: 'parameters.input' }] });
    expect(job.resources).toEqual({ cores: 2, executorMemory: '1g', driverMemory: '512m' });
  });

  test('fills in what a short one leaves out', () => {
    const job = parseJob('x', 'description: a\nkind: batch\ntemplate: a.py.hbs\n', 'x.yaml');
    expect(job).toEqual({
      name: 'x',
      description: 'a',
      kind: 'batch',
      template: 'a.py.hbs',
      reads: [],
      writes: [],
      parameters: {},
      refuse: [],
      resources: { cores: 1, executorMemory: '512m', driverMemory: '512m' },
    });
  });

  test('names every mistake at once, each with its place', () => {
    const message = mistakesOf(`
kind: stream
template: ../../etc/passwd
reads: [{from: window}]
parameters:
  Window: {type: duration, default: 1, description: x}
  ok: {type: integer, default: 1}
resources: {cores: 0, executorMemory: lots}
colour: red
`);
    expect(message).toMatch(/^jobs\/x\.yaml is not a job:\n/);
    for (const place of [
      'description:',
      'kind:',
      'template:',
      'reads.0',
      'parameters.Window',
      'parameters.ok.description:',
      'resources.cores:',
      'resources.executorMemory: write for example 512m',
      'colour',
    ]) {
      expect(message).toContain(place);
    }
  });

  test.each([
    ['reads', 'reads: [{from: parameters.inptu}]'],
    ['writes', 'writes: [{from: parameters.inptu}]'],
    [
      'writes.0.if',
      'parameters: {a: {type: topic, default: a, description: x}}\nwrites: [{from: parameters.a, if: parameters.inptu}]',
    ],
    ['window', 'state: {keys: {}, window: {from: parameters.inptu}}'],
    ['session', 'state: {keys: {}, session: {from: parameters.inptu}}'],
    ['watermark', 'state: {keys: {}, watermark: {from: parameters.inptu}}'],
    ['watermark', 'reads: [cars]\nstate: {keys: {}, watermark: [{from: parameters.inptu}]}'],
  ])('names a parameter that %s wants and that is not there', (place, line) => {
    const message = mistakesOf(`description: a\nkind: batch\ntemplate: a.py.hbs\n${line}\n`);
    expect(message).toMatch(new RegExp(`${place}.*inptu`));
  });

  test('wants a watermark for each topic where they are listed', () => {
    const text = 'description: a\nkind: streaming\ntemplate: a.py.hbs\nreads: [cars, news]\n';
    const late = 'parameters: {late: {type: interval, default: 1m, description: x}}\n';
    const state = 'state: {keys: {}, watermark: [{from: parameters.late}]}\n';
    expect(mistakesOf(text + late + state)).toMatch(/state\.watermark: list one for each of reads/);
  });

  test.each([
    ['without a topic by default', '{type: topic, default: null, description: x}'],
    ['of another type', '{type: integer, default: 1, description: x}'],
  ])('refuses a topic from a parameter %s', (_, parameter) => {
    const text = `description: a\nkind: batch\ntemplate: a.py.hbs\nparameters: {input: ${parameter}}\nreads: [{from: parameters.input}]\n`;
    expect(mistakesOf(text)).toMatch(/reads.*input/);
  });

  test.each(['parquet', 'dead-letters', 'My Query'])('refuses a topic that the query %s would write', (query) => {
    const text = `description: a\nkind: streaming\ntemplate: a.py.hbs\nparameters: {out: {type: topic, default: a, description: x}}\nwrites: [{from: parameters.out, query: ${query}}]\n`;
    expect(mistakesOf(text)).toMatch(/writes\.0/);
  });

  test.each([
    ['is no YAML', 'a: [1', /jobs\/x\.yaml is not YAML/],
    ['is a list', '- a\n- b\n', /the whole/],
    ['is empty', '', /the whole/],
  ])('says that the file %s', (_, text, message) => {
    expect(mistakesOf(text)).toMatch(message);
  });
});

describe('resolveValue', () => {
  const values = { input: 'news', depth: 3, slide: null };

  test.each([
    ['a plain value', 'cars', 'cars'],
    ['a parameter', { from: 'parameters.input' }, 'news'],
    ['a number as text', { from: 'parameters.depth' }, '3'],
    ['a parameter that is null', { from: 'parameters.slide' }, null],
    ['nothing', undefined, null],
  ])('gives %s', (_, source, value) => {
    expect(resolveValue(source, values)).toBe(value);
  });
});

describe('jobJsonSchema', () => {
  test('describes what an editor may complete', () => {
    const schema = jobJsonSchema();
    expect(schema).toMatchObject({
      type: 'object',
      required: expect.arrayContaining(['description', 'kind', 'template']),
    });
    expect(Object.keys((schema as { properties: object }).properties)).toContain('resources');
  });
});

test('the published JSON Schema of a job file is the one that is checked', () => {
  const published = JSON.parse(readFileSync(join(process.cwd(), 'docs', 'schemas', 'job.json'), 'utf8'));
  expect(published).toEqual(JSON.parse(JSON.stringify(jobJsonSchema())));
});
