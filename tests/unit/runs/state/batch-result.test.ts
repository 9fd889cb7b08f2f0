import { readBatchResult } from '../../../../src/runs/state/batch-result.js';
import { LocalFiles } from '../../../../src/targets/local/local-files.js';
import { temporaryFolder } from '../../temporary-folder.js';

const data = new LocalFiles(temporaryFolder());

describe('readBatchResult', () => {
  test.each([
    ['that was refused', '{"error": "too few"}', { error: 'too few', rowsRead: null, leftOut: {} }],
    [
      'with counts, and more beside them',
      '{"rows": {"read": 3, "leftOut": {"duplicate": 1}}, "model": "car-price"}',
      { error: null, rowsRead: 3, leftOut: { duplicate: 1 } },
    ],
    ['that says nothing', '{}', { error: null, rowsRead: null, leftOut: {} }],
    ['that was half written', '{"error": ', null],
    ['of another shape', '{"error": 4}', null],
  ])('reads a result %s', async (_, text, result) => {
    await data.put('runs/a-1/result.json', text);
    expect(await readBatchResult(data, 'a-1')).toEqual(result);
  });

  test('gives null where there is none', async () => {
    expect(await readBatchResult(data, 'b-1')).toBeNull();
  });
});
