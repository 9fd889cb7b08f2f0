import { parseJob } from '../../../../src/jobs/job-definition.js';
import { resolveJob } from '../../../../src/jobs/resolve-job.js';
import { type Fingerprint, fingerprintOf, parseFingerprint } from '../../../../src/runs/checkpoint/fingerprint.js';
import type { RunPlan } from '../../../../src/runs/plan/run-plan.js';
import { plainFingerprint } from '../../../checkpoint-changes.js';

const text = `
description: x
kind: streaming
template: x.py.hbs
reads: [{from: parameters.input}, brands]
writes: [{from: parameters.output}, {from: parameters.alerts, query: alerts, if: parameters.alert}]
parameters:
  input: {type: topic, default: cars, description: x}
  output: {type: topic, default: out, description: x}
  window: {type: interval, default: 1m, description: x}
  slide: {type: interval, default: null, description: x}
  session: {type: interval, default: null, description: x}
  alert: {type: integer, default: null, description: x}
  alerts: {type: topic, default: loud, description: x}
  floor: {type: integer, default: 1, description: x}
state: {keys: {make: string}, aggregates: {count: bigint}, window: {from: parameters.window}, slide: {from: parameters.slide}, session: {from: parameters.session}}
`;

const job = parseJob('x', text, 'x.yaml');
const values = {
  input: 'my-cars',
  output: 'out',
  window: '90 seconds',
  slide: null,
  session: null,
  alert: null,
  alerts: 'loud',
  floor: 7,
};
const plan: RunPlan = {
  ...resolveJob(job, values),
  job,
  values,
  template: 'print(1)\n',
  name: 'mine',
  trigger: '1 second',
  deadLetters: 'mine.dead-letters',
  extra: {},
  resources: { cores: 1, executorMemory: '512m', driverMemory: '512m' },
  restarts: 5,
  script: null,
  args: [],
};
const surroundings = { cluster: 'one', sparkVersion: '4.2.0', topicIds: new Map([['my-cars', 'id-1']]) };

describe('fingerprintOf', () => {
  test('takes topics, keys, lengths and sinks from the plan', () => {
    expect(fingerprintOf(plan, surroundings)).toEqual({
      job: 'x',
      cluster: 'one',
      topics: [
        { name: 'my-cars', id: 'id-1' },
        { name: 'brands', id: null },
      ],
      keys: { make: 'string' },
      aggregates: { count: 'bigint' },
      window: '90 seconds',
      slide: null,
      session: null,
      watermark: null,
      sinks: [
        { query: 'topic', kind: 'kafka', to: 'out' },
        { query: 'parquet', kind: 'files', to: 'out/mine' },
        { query: 'dead-letters', kind: 'kafka', to: 'mine.dead-letters' },
      ],
      sparkVersion: '4.2.0',
      template: expect.stringMatching(/^[0-9a-f]{64}$/),
      parameters: plan.values,
      judgedParameters: ['input', 'output', 'alerts', 'window', 'slide', 'session'],
    });
  });

  test('takes a watermark for each topic where the job lists them', () => {
    const late = { from: 'parameters.window' };
    const state = { keys: {}, watermark: [late, { from: 'parameters.slide' }] };
    const fingerprint = fingerprintOf({ ...plan, ...resolveJob({ ...job, state }, values) }, surroundings);
    expect(fingerprint.watermark).toEqual({ 'my-cars': '90 seconds', brands: null });
    expect(fingerprint.judgedParameters).toEqual(['input', 'output', 'alerts', 'window', 'slide']);
    expect(parseFingerprint(JSON.stringify(fingerprint), 'mine')).toEqual(fingerprint);
  });

  test('has a gap in place of lengths for sessions, and a sink for each query that is started', () => {
    const sessions = { ...plan, ...resolveJob(job, { ...values, session: '5 minutes', alert: 3 }) };
    const { window, slide, session, sinks } = fingerprintOf(sessions, surroundings);
    expect({ window, slide, session }).toEqual({ window: null, slide: null, session: '5 minutes' });
    expect(sinks.map(({ query, to }) => `${query}: ${to}`)).toEqual([
      'topic: out',
      'alerts: loud',
      'parquet: out/mine',
      'dead-letters: mine.dead-letters',
    ]);
  });

  test('tells two texts of a template apart, and keeps neither', () => {
    const { template } = fingerprintOf(plan, surroundings);
    expect(fingerprintOf({ ...plan, values: { ...plan.values, floor: 8 } }, surroundings).template).toBe(template);
    expect(fingerprintOf({ ...plan, template: 'print(2)\n' }, surroundings).template).not.toBe(template);
  });
});

describe('parseFingerprint', () => {
  test('reads what was written', () => {
    const whole = fingerprintOf(plan, surroundings);
    expect(parseFingerprint(JSON.stringify(whole), 'mine')).toEqual(whole);
  });

  test('keeps the order of keys, which Spark depends on', () => {
    const { keys } =
      parseFingerprint(JSON.stringify({ ...plainFingerprint, keys: { b: 'string', a: 'int' } }), 'x') ?? {};
    expect(Object.keys(keys ?? {})).toEqual(['b', 'a']);
  });

  test('reads one of millrace 0.1.0, and fills in what it lacks', () => {
    const { job, cluster, keys, window, slide, watermark, sparkVersion } = plainFingerprint;
    const old = {
      job,
      cluster,
      keys,
      window,
      slide,
      watermark,
      sparkVersion,
      topics: ['cars'],
      resultTopics: ['means'],
    };
    expect(parseFingerprint(JSON.stringify(old), 'mine')).toEqual<Fingerprint>({
      ...plainFingerprint,
      topics: [{ name: 'cars', id: null }],
      sinks: [
        { query: 'topic', kind: 'kafka', to: 'means' },
        { query: 'parquet', kind: 'parquet', to: 'out/mine' },
        { query: 'dead-letters', kind: 'kafka', to: 'mine.dead-letters' },
      ],
      aggregates: null,
      template: null,
      parameters: null,
    });
  });

  test.each(['', '{', '[]', '{"topics":["cars"]}'])('takes %j for none', (broken) => {
    expect(parseFingerprint(broken, 'mine')).toBeUndefined();
  });
});
