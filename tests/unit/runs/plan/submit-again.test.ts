import { packagePath } from '../../../../src/project/package-files.js';
import { readSettings, submitAgainCommand } from '../../../../src/runs/plan/submit-again.js';
import { makeRunRecord } from '../../../fakes/run-record.js';

const jobs = { folders: [packagePath()] };
const nothing = { settings: [], startedBy: null };

describe('submitAgainCommand', () => {
  test.each([
    ['a job under its own name', { run: 'windowed-cars-2' }, 'millrace submit windowed-cars'],
    ['a name of its own', { run: 'mine-2' }, 'millrace submit windowed-cars --name mine'],
    [
      'a trigger',
      { run: 'windowed-cars-2', trigger: 'available-now' },
      'millrace submit windowed-cars --trigger available-now',
    ],
    [
      'a script with what it was given',
      {
        run: 'job-1-4',
        job: 'job-1',
        script: "/it's here/job 1.py",
        trigger: null,
        command: ['spark-submit', '--name', 'job-1-4', 'job-1-4.py', '--brand', 'Škoda Fabia'],
      },
      "millrace submit '/it'\\''s here/job 1.py' -- --brand 'Škoda Fabia'",
    ],
  ])('has %s', (_, some, command) => {
    expect(submitAgainCommand(makeRunRecord(some), nothing)).toBe(command);
  });

  test('sets what was set, and nothing that the job says itself', async () => {
    const parameters = { input: 'other', window: '10 minutes', watermark: "it's", slide: null };
    const record = makeRunRecord({ run: 'windowed-cars-2', parameters });
    expect(submitAgainCommand(record, await readSettings(jobs, record), ['--new-checkpoint'])).toBe(
      "millrace submit windowed-cars --set input=other --set watermark='it'\\''s' --new-checkpoint",
    );
  });

  test('is the command that the job is started by', async () => {
    const parameters = { input: 'other' };
    const record = makeRunRecord({ run: 'train-car-price-1', job: 'train-car-price', trigger: null, parameters });
    expect(submitAgainCommand(record, await readSettings(jobs, record))).toBe('millrace train model --set input=other');
  });
});
