import { findTornEnd } from '../../../src/spark/torn-checkpoint.js';
import { LocalFiles } from '../../../src/targets/local/local-files.js';
import { temporaryFolder } from '../temporary-folder.js';

/** The text of a state file as Spark writes it: blocks of LZ4, the last of them empty. */
const STATE = `LZ4Block%,\0\0\0T\0\0\0rows\ufffd\ufffdLZ4Block\x15${'\0'.repeat(12)}`;
const OFFSETS = 'v1\n{"batchWatermarkMs":0,"conf":{}}\n{"cars":{"0":7}}';
const COMMIT = 'v1\n{"nextBatchWatermarkMs":0}';

const data = new LocalFiles(temporaryFolder());
let checkpoints = 0;

/**
 * A checkpoint whose batches 0 to `last` are committed, with the state after each of them: that of two partitions, or of both sides
 * of a join. What a test changes is a file's new text, or null to delete it.
 */
async function end(last: number, changes: Readonly<Record<string, string | null>> = {}, stores = ['0/0', '0/1']) {
  const query = `checkpoint-${++checkpoints}`;
  const files: Record<string, string | null> = { metadata: '{"id":"a"}', 'sources/0/0': '\0v1\n{"cars":{"0":0}}' };
  for (let batch = 0; batch <= last; batch++) {
    Object.assign(files, { [`offsets/${batch}`]: OFFSETS, [`commits/${batch}`]: COMMIT });
    for (const store of stores) files[`state/${store}/${batch + 1}.delta`] = STATE;
  }
  for (const store of stores) files[`state/${store}/_metadata/schema`] = 'xv2 {"type":"struct"}';
  for (const [file, text] of Object.entries({ ...files, ...changes }))
    if (text !== null) await data.put(`${query}/${file}`, text);
  const found = await findTornEnd(data, query);
  const within = (paths: readonly string[]) => paths.map((path) => path.slice(query.length + 1)).sort();
  return found && { torn: within(found.torn), late: within(found.late), again: found.again };
}

const WHOLE = { torn: [], late: [], again: null };
const stateAfter = (version: number) => [`state/0/0/${version}.delta`, `state/0/1/${version}.delta`];

describe('findTornEnd', () => {
  test.each([
    ['a stream that was stopped', 6, {}],
    ['one that was killed in a batch', 6, { 'commits/6': null, 'state/0/1/7.delta': null }],
    [
      'one that was killed while it wrote its state, which Spark writes again',
      6,
      { 'commits/6': null, 'state/0/0/7.delta': '' },
    ],
    ['one that was killed before its first batch', -1, {}],
    ['one that was killed in its first batch', 0, { 'commits/0': null }],
    [
      'one whose older batches are purged',
      6,
      {
        'offsets/0': null,
        'commits/0': null,
        'state/0/0/1.delta': null,
        'state/0/1/1.delta': null,
        'state/0/0/3.snapshot': STATE,
        'state/0/1/2.snapshot': STATE,
      },
    ],
    ['state that is packed in another way', 1, { 'state/0/0/2.delta': '(\ufffd/\ufffd zstd' }],
  ])('finds nothing torn in %s', async (_, last, changes) => {
    expect(await end(last, changes)).toEqual(WHOLE);
  });

  test.each([
    ['is empty', ''],
    ['ends in the middle', OFFSETS.slice(0, 20)],
    ['ends after the version', 'v1\n'],
    ['has no offsets', OFFSETS.slice(0, OFFSETS.lastIndexOf('\n'))],
    ['is filled with NUL', '\0'.repeat(90)],
  ])('plans the batch again whose offsets file %s', async (_, text) => {
    const found = await end(6, { 'offsets/6': text, 'commits/6': null });
    expect(found).toEqual({ torn: ['offsets/6'], late: ['offsets/6', ...stateAfter(7)], again: 6 });
  });

  test.each([
    ['is empty', ''],
    ['ends in the middle', COMMIT.slice(0, 12)],
    ['ends after the version, which Spark takes for a watermark of 1970', 'v1'],
  ])('plays the batch again whose commit %s', async (_, text) => {
    expect(await end(6, { 'commits/6': text })).toEqual({
      torn: ['commits/6'],
      late: ['commits/6', ...stateAfter(7)],
      again: 6,
    });
  });

  test('takes away what follows the torn batch, too', async () => {
    expect(await end(6, { 'commits/5': '', 'offsets/6': '', 'commits/6': '' })).toEqual({
      torn: ['commits/5', 'commits/6', 'offsets/6'],
      late: ['commits/5', 'commits/6', 'offsets/6', ...stateAfter(6), ...stateAfter(7)].sort(),
      again: 5,
    });
  });

  test.each([
    ['empty', ''],
    ['cut', STATE.slice(0, -5)],
    ['filled with NUL', '\0'.repeat(40)],
  ])('goes back behind a state that is %s', async (_, text) => {
    expect(await end(6, { 'state/0/1/6.delta': text })).toEqual({
      torn: ['state/0/1/6.delta'],
      late: ['commits/5', 'commits/6', 'offsets/6', ...stateAfter(6), ...stateAfter(7)].sort(),
      again: 5,
    });
  });

  test('does so for each side of a join', async () => {
    const sides = ['1/0/left-keyToNumValues', '1/0/right-keyWithIndexToValue'];
    expect(await end(3, { [`state/${sides[1]}/4.delta`]: '' }, sides)).toMatchObject({
      torn: [`state/${sides[1]}/4.delta`],
      late: ['commits/3', `state/${sides[0]}/4.delta`, `state/${sides[1]}/4.delta`],
      again: 3,
    });
  });

  test('needs no delta before a snapshot, and no snapshot where there are all deltas', async () => {
    expect(await end(6, { 'state/0/0/4.snapshot': STATE, 'state/0/0/3.delta': '' })).toEqual(WHOLE);
    expect(await end(6, { 'state/0/0/4.snapshot': '' })).toEqual({
      torn: ['state/0/0/4.snapshot'],
      late: ['state/0/0/4.snapshot'],
      again: null,
    });
  });

  test.each(['metadata', 'sources/0/0', 'state/0/0/_metadata/schema'])(
    'names %s, for which no batch is played again',
    async (file) => {
      expect(await end(6, { [file]: '' })).toEqual({ torn: [file], late: [file], again: null });
    },
  );

  test('names the metadata that is missing, too', async () => {
    expect(await end(6, { metadata: null })).toEqual({ torn: ['metadata'], late: ['metadata'], again: null });
  });

  test('finds the rest where a repair was broken off', async () => {
    const query = `checkpoint-${checkpoints + 1}`;
    const changes = { 'commits/5': '', 'offsets/6': '', 'commits/6': '' };
    const whole = await end(6, changes);
    const first = (await findTornEnd(data, query))?.late ?? [];
    expect(first).toHaveLength(whole?.late.length ?? 0);
    for (const [index, path] of first.entries()) {
      expect((await findTornEnd(data, query))?.late).toEqual(first.slice(index));
      await data.remove(path);
    }
    expect(await findTornEnd(data, query)).toMatchObject({ late: [], again: null });
  });

  test('begins with the first batch where no later one can be played', async () => {
    expect(await end(0, { 'offsets/0': '', 'commits/0': '' })).toMatchObject({ again: 0 });
  });

  test('never begins anew where the first batches are purged', async () => {
    const purged = Object.fromEntries(
      [0, 1, 2].flatMap((n) => [
        [`offsets/${n}`, null],
        [`commits/${n}`, null],
      ]),
    );
    expect(await end(4, { ...purged, 'commits/3': '', 'offsets/4': '', 'commits/4': '' })).toBeUndefined();
  });
});
