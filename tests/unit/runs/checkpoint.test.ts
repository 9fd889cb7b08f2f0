import { join } from 'node:path';
import { parseJob } from '../../../src/jobs/job-definition.js';
import {
  chooseGeneration,
  currentGeneration,
  type Fingerprint,
  fingerprintOf,
  writeFingerprint,
} from '../../../src/runs/checkpoint.js';
import { LocalFiles } from '../../../src/targets/local/local-files.js';
import { failureOf } from '../failure-of.js';
import { temporaryFolder } from '../temporary-folder.js';

const root = temporaryFolder();
let count = 0;
const newData = () => new LocalFiles(join(root, `data-${++count}`));

const fingerprint: Fingerprint = {
  job: 'windowed-cars',
  topics: ['cars'],
  resultTopics: ['windowed-cars'],
  keys: { make: 'string' },
  window: '10 minutes',
  slide: null,
  watermark: '10 minutes',
  cluster: 'one',
  sparkVersion: '4.2.0',
};

/** A generation in which a run has been at work. */
async function usedData(generation: number, found: Fingerprint | undefined = fingerprint): Promise<LocalFiles> {
  const data = newData();
  if (found) await writeFingerprint(data, 'cars', generation, found);
  await data.put(`checkpoints/cars/${generation}/topic/metadata`, '{}');
  return data;
}

describe('fingerprintOf', () => {
  test('takes topics, keys and lengths from the parameters', () => {
    const text = `
description: x
kind: streaming
template: x.py.hbs
reads: [{from: parameters.input}, brands]
writes: [{from: parameters.output}]
parameters:
  input: {type: topic, default: cars, description: x}
  output: {type: topic, default: out, description: x}
  window: {type: interval, default: 1m, description: x}
  slide: {type: interval, default: null, description: x}
state: {keys: {make: string}, window: {from: parameters.window}, slide: {from: parameters.slide}}
`;
    const values = { input: 'my-cars', output: 'out', window: '90 seconds', slide: null };
    expect(fingerprintOf(parseJob('x', text, 'x.yaml'), values, { cluster: 'one', sparkVersion: '4.2.0' })).toEqual({
      cluster: 'one',
      job: 'x',
      topics: ['my-cars', 'brands'],
      resultTopics: ['out'],
      keys: { make: 'string' },
      window: '90 seconds',
      slide: null,
      watermark: null,
      sparkVersion: '4.2.0',
    });
  });
});

describe('currentGeneration', () => {
  test('is the first, unused, where there is none', async () => {
    expect(await currentGeneration(newData(), 'cars')).toEqual({ number: 1, isUsed: false });
  });

  test('is not used by its fingerprint alone', async () => {
    const data = newData();
    await writeFingerprint(data, 'cars', 1, fingerprint);
    expect(await currentGeneration(data, 'cars')).toEqual({ number: 1, isUsed: false });
  });

  test('is the highest number', async () => {
    const data = await usedData(10);
    await data.put('checkpoints/cars/9/topic/metadata', '{}');
    await data.put('checkpoints/cars/notes/x', '');
    expect(await currentGeneration(data, 'cars')).toEqual({ number: 10, isUsed: true });
  });
});

describe('chooseGeneration', () => {
  test('goes on where nothing has changed', async () => {
    expect(await chooseGeneration(await usedData(3), 'cars', fingerprint, false)).toEqual({ number: 3, isUsed: true });
  });

  test('begins the next one when asked, and keeps the old one', async () => {
    const data = await usedData(3);
    expect(await chooseGeneration(data, 'cars', { ...fingerprint, window: '1 hour' }, true)).toEqual({
      number: 4,
      isUsed: false,
    });
    expect(await data.list('checkpoints/cars/3')).toEqual(['fingerprint.json', 'topic']);
  });

  test('does not leave an unused one behind', async () => {
    expect(await chooseGeneration(newData(), 'cars', fingerprint, true)).toEqual({ number: 1, isUsed: false });
  });

  test.each<[Partial<Fingerprint>, string]>([
    [{ window: '1 hour' }, 'window was 10 minutes, is 1 hour'],
    [{ slide: '5 minutes' }, 'slide was none, is 5 minutes'],
    [{ watermark: null }, 'watermark was 10 minutes, is none'],
    [{ topics: ['news'] }, 'topics was ["cars"], is ["news"]'],
    [{ resultTopics: ['other'] }, 'resultTopics was ["windowed-cars"], is ["other"]'],
    [{ keys: { model: 'string' } }, 'keys was {"make":"string"}, is {"model":"string"}'],
    [{ job: 'windowed-news' }, 'job was windowed-cars, is windowed-news'],
    [{ sparkVersion: '4.3.0' }, 'sparkVersion was 4.2.0, is 4.3.0'],
    [{ window: '1 hour', sparkVersion: '4.3.0' }, 'window was 10 minutes, is 1 hour; sparkVersion was 4.2.0, is 4.3.0'],
  ])('refuses a change of %j, and says what changed', async (change, words) => {
    const failure = await failureOf(chooseGeneration(await usedData(1), 'cars', { ...fingerprint, ...change }, false));
    expect(failure).toMatchObject({
      code: 'CHECKPOINT_CHANGED',
      exitCode: 2,
      message: `The checkpoint of cars belongs to another form of this job: ${words}`,
      hint: expect.stringContaining('--new-checkpoint'),
    });
  });

  describe('on another Kafka cluster', () => {
    const onTwo = { ...fingerprint, cluster: 'two' };

    test('begins the next one, keeps the old one, and goes on in each where its cluster comes back', async () => {
      const data = await usedData(1);
      expect(await chooseGeneration(data, 'cars', onTwo, false)).toEqual({ number: 2, isUsed: false });
      await writeFingerprint(data, 'cars', 2, onTwo);
      expect(await chooseGeneration(data, 'cars', onTwo, false)).toEqual({ number: 2, isUsed: false });
      expect(await chooseGeneration(data, 'cars', fingerprint, false)).toEqual({ number: 1, isUsed: true });
      await data.put('checkpoints/cars/2/topic/metadata', '{}');
      expect(await chooseGeneration(data, 'cars', onTwo, false)).toEqual({ number: 2, isUsed: true });
      expect(await chooseGeneration(data, 'cars', fingerprint, false)).toEqual({ number: 1, isUsed: true });
      expect(await chooseGeneration(data, 'cars', fingerprint, true)).toEqual({ number: 3, isUsed: false });
    });

    test('still refuses a change against the generation of its own', async () => {
      const data = await usedData(1);
      await writeFingerprint(data, 'cars', 2, onTwo);
      await data.put('checkpoints/cars/2/topic/metadata', '{}');
      const changed = { ...fingerprint, window: '1 hour' };
      expect(await failureOf(chooseGeneration(data, 'cars', changed, false))).toMatchObject({
        changes: ['window was 10 minutes, is 1 hour'],
      });
    });
  });

  test('refuses a used generation without a fingerprint', async () => {
    const data = newData();
    await data.put('checkpoints/cars/1/topic/metadata', '{}');
    expect(await failureOf(chooseGeneration(data, 'cars', fingerprint, false))).toMatchObject({
      code: 'CHECKPOINT_CHANGED',
      changes: ['its fingerprint is missing'],
    });
  });
});
