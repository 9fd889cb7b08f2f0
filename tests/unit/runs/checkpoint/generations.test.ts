import { join } from 'node:path';
import type { Fingerprint } from '../../../../src/runs/checkpoint/fingerprint.js';
import { chooseGeneration, currentGeneration, writeFingerprint } from '../../../../src/runs/checkpoint/generations.js';
import { LocalFiles } from '../../../../src/targets/local/local-files.js';
import { plainFingerprint } from '../../../checkpoint-changes.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';

const root = temporaryFolder();
let count = 0;
const newData = () => new LocalFiles(join(root, `data-${++count}`));

const fingerprint: Fingerprint = { ...plainFingerprint, watermark: '10 minutes' };

/** A generation in which a run has worked. */
async function usedData(generation: number, found: Fingerprint | undefined = fingerprint): Promise<LocalFiles> {
  const data = newData();
  if (found) await writeFingerprint(data, 'cars', generation, found);
  await data.put(`checkpoints/cars/${generation}/topic/metadata`, '{}');
  return data;
}

describe('currentGeneration', () => {
  test('is the first, unused, where there is none', async () => {
    expect(await currentGeneration(newData(), 'cars')).toMatchObject({ number: 1, isUsed: false });
  });

  test('does not count as used because of a fingerprint, or the draft of one', async () => {
    const data = newData();
    await writeFingerprint(data, 'cars', 1, fingerprint);
    await data.put('checkpoints/cars/1/fingerprint.json.123.abcd.tmp', '{');
    expect(await currentGeneration(data, 'cars')).toMatchObject({ number: 1, isUsed: false });
  });

  test('is the highest number', async () => {
    const data = await usedData(10);
    await data.put('checkpoints/cars/9/topic/metadata', '{}');
    await data.put('checkpoints/cars/notes/x', '');
    expect(await currentGeneration(data, 'cars')).toMatchObject({ number: 10, isUsed: true });
  });
});

describe('chooseGeneration', () => {
  test('goes on where nothing has changed', async () => {
    expect(await chooseGeneration(await usedData(3), 'cars', fingerprint, false)).toMatchObject({
      number: 3,
      isUsed: true,
    });
  });

  test('begins the next one when asked, and keeps the old one', async () => {
    const data = await usedData(3);
    expect(await chooseGeneration(data, 'cars', { ...fingerprint, window: '1 hour' }, true)).toMatchObject({
      number: 4,
      isUsed: false,
    });
    expect(await data.list('checkpoints/cars/3')).toEqual(['fingerprint.json', 'topic']);
  });

  test('does not leave an unused one behind', async () => {
    expect(await chooseGeneration(newData(), 'cars', fingerprint, true)).toMatchObject({ number: 1, isUsed: false });
  });

  test.each<[Partial<Fingerprint>, string]>([
    [{ window: '1 hour' }, 'window was 10 minutes, is 1 hour'],
    [{ sparkVersion: '4.1.0' }, 'sparkVersion was 4.2.0, is 4.1.0'],
    [{ window: '1 hour', slide: '1 minute' }, 'window was 10 minutes, is 1 hour; slide was none, is 1 minute'],
    [{ window: '1 hour', watermark: '1 hour' }, 'window was 10 minutes, is 1 hour'],
  ])('refuses a change of %j, and says what changed', async (change, words) => {
    const failure = await failureOf(chooseGeneration(await usedData(1), 'cars', { ...fingerprint, ...change }, false));
    expect(failure).toMatchObject({
      code: 'CHECKPOINT_CHANGED',
      exitCode: 2,
      message: `The checkpoint of cars belongs to another form of this job: ${words}`,
      hint: expect.stringMatching(/--new-checkpoint.*millrace runs reset cars --backup/),
    });
  });

  test('goes on with a change that is only noted, and hands it back', async () => {
    const { isUsed, changes } = await chooseGeneration(
      await usedData(1),
      'cars',
      { ...fingerprint, watermark: '1 hour' },
      false,
    );
    expect({ isUsed, fields: changes.map(({ field }) => field) }).toEqual({ isUsed: true, fields: ['watermark'] });
  });

  test('does not refuse a topic that was created again: its offsets decide', async () => {
    const topics = [{ name: 'cars', id: 'another' }];
    const { changes } = await chooseGeneration(await usedData(1), 'cars', { ...fingerprint, topics }, false);
    expect(changes).toMatchObject([{ answer: 'refused', lostTopic: 'cars' }]);
  });

  describe('on another Kafka cluster', () => {
    const onTwo = { ...fingerprint, cluster: 'two' };

    test('begins the next one, keeps the old one, and goes on in each where its cluster comes back', async () => {
      const data = await usedData(1);
      expect(await chooseGeneration(data, 'cars', onTwo, false)).toMatchObject({ number: 2, isUsed: false });
      await writeFingerprint(data, 'cars', 2, onTwo);
      expect(await chooseGeneration(data, 'cars', onTwo, false)).toMatchObject({ number: 2, isUsed: false });
      expect(await chooseGeneration(data, 'cars', fingerprint, false)).toMatchObject({ number: 1, isUsed: true });
      await data.put('checkpoints/cars/2/topic/metadata', '{}');
      expect(await chooseGeneration(data, 'cars', onTwo, false)).toMatchObject({ number: 2, isUsed: true });
      expect(await chooseGeneration(data, 'cars', fingerprint, false)).toMatchObject({ number: 1, isUsed: true });
      expect(await chooseGeneration(data, 'cars', fingerprint, true)).toMatchObject({ number: 3, isUsed: false });
    });

    test('says why it starts over, also for a fingerprint of an older millrace without a cluster', async () => {
      const data = await usedData(1);
      const whyNew = async (now: typeof fingerprint, isNewWanted = false) =>
        (await chooseGeneration(data, 'cars', now, isNewWanted)).whyNew;
      expect(await whyNew(fingerprint)).toBeNull();
      expect(await whyNew(onTwo, true)).toBeNull();
      expect(await whyNew(onTwo)).toBe('the checkpoint of cars is of another Kafka cluster');
      await data.put('checkpoints/cars/1/fingerprint.json', JSON.stringify({ ...fingerprint, cluster: undefined }));
      expect(await whyNew(fingerprint)).toBe(
        'the checkpoint of cars was made by an older millrace, which did not record its Kafka cluster',
      );
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
