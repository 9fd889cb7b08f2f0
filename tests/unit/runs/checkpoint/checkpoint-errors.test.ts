import { checkpointErrors } from '../../../../src/runs/checkpoint/checkpoint-errors.js';
import type { Gap } from '../../../../src/runs/record/gap.js';

const gaps = (count: number): Gap[] =>
  Array.from({ length: count }, (_, partition) => ({ topic: 'cars', partition, from: 3, to: 5, why: 'gone' }));

describe('the error of lost records', () => {
  test('names the gaps and three ways out', () => {
    const error = checkpointErrors.DATA_LOST({ runName: 'mine', gaps: gaps(2) });
    expect(error.message).toBe(
      'mine cannot go on without a gap: cars/0 offsets 3 to 4: gone; cars/1 offsets 3 to 4: gone',
    );
    expect(error.hint).toMatch(/--tolerate-loss.*--new-checkpoint.*millrace runs reset mine --backup/);
    expect(error).toMatchObject({ code: 'DATA_LOST', exitCode: 2 });
  });

  test('says how many more there are, and keeps them all', () => {
    const error = checkpointErrors.DATA_LOST({ runName: 'mine', gaps: gaps(40) });
    expect(error.message).toMatch(/cars\/3 offsets 3 to 4: gone; and 36 more$/);
    expect(error.gaps).toHaveLength(40);
  });
});
