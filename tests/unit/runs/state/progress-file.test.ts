import {
  ProgressReader,
  progressPath,
  readMainProgressBack,
  readNewestProgress,
} from '../../../../src/runs/state/progress-file.js';
import { makeFolderTarget } from '../../../fakes/folder-target.js';
import { temporaryFolder } from '../../temporary-folder.js';

const { data } = makeFolderTarget(temporaryFolder()).target;
/** A part, and the characters that stand for one that was cut. */
const ROOM = 400_010;

/** Batches of a run that is longer than a part, in lines of this length. */
async function leave(run: string, batches: number, length: number): Promise<void> {
  const batch = (batchId: number) =>
    JSON.stringify({ name: 'topic', batchId, numInputRows: 1, pad: 'š'.repeat(length / 2) });
  const lines = Array.from({ length: batches }, (_, batchId) => `${batch(batchId)}\n`);
  await data.put(progressPath(run), `${lines.join('')}{"name":"topic","batchId":1,"numIn`);
}

/** Files whose texts are never longer than a part, or than one line of a file. */
function bounded(most: number): typeof data {
  return Object.assign(Object.create(data), {
    read: () => Promise.reject(new Error('it was read as a whole')),
    async tail(path: string, fromByte: number, atMost?: number) {
      const end = await data.tail(path, fromByte, atMost);
      expect(Buffer.byteLength(end.text)).toBeLessThanOrEqual(most);
      return end;
    },
  });
}

async function readBack(files: typeof data, run: string): Promise<number[]> {
  const found: number[] = [];
  for await (const part of readMainProgressBack(files, run)) found.unshift(...part.map(({ batchId }) => batchId));
  return found;
}

describe('ProgressReader', () => {
  test('adds up all batches, never with more than a part in memory, and goes on where it ended', async () => {
    await leave('long-1', 300, 7_000);
    const reader = new ProgressReader(bounded(ROOM), 'long-1');
    expect((await reader.read()).of('topic')).toMatchObject({ batches: 300, rowsRead: 300 });
    await leave('long-1', 301, 7_000);
    expect((await reader.read()).of('topic')).toMatchObject({ batches: 301, rowsRead: 301 });
  });

  test('has nothing before the first batch', async () => {
    expect((await new ProgressReader(data, 'absent-1').read()).isEmpty).toBe(true);
    expect(await readNewestProgress(data, 'absent-1')).toEqual([]);
  });
});

describe('readMainProgressBack', () => {
  test.each([
    ['a part', 3, 100],
    ['several parts', 300, 7_000],
  ])('gives every batch once, of %s', async (_, batches, length) => {
    await leave('back-1', batches, length);
    expect(await readBack(bounded(ROOM), 'back-1')).toEqual(Array.from({ length: batches }, (_, batchId) => batchId));
  });

  test('skips lines that are longer than a part', async () => {
    await leave('wide-1', 3, 3 * ROOM);
    expect(await readBack(data, 'wide-1')).toEqual([]);
    const short = [5, 6, 7].map(
      (batchId) => `{"name" : "topic","batchId":${batchId}}\n{"name":"parquet","batchId":${batchId}}\n`,
    );
    await data.put(progressPath('wide-1'), `${short[0]}${'x'.repeat(3 * ROOM)}\n${short[1]}${short[2]}`);
    expect(await readBack(data, 'wide-1')).toEqual([5, 6, 7]);
    expect(await readBack(data, 'absent-1')).toEqual([]);
  });
});
