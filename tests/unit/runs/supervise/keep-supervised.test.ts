import { identifyProcess } from '../../../../src/project/process-identity.js';
import { writeRun } from '../../../../src/runs/record/run-record.js';
import { readSupervision, type Supervision, writeSupervision } from '../../../../src/runs/state/supervision.js';
import { keepSupervised } from '../../../../src/runs/supervise/keep-supervised.js';
import { makeFolderTarget } from '../../../fakes/folder-target.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { DEAD, makeAttempt, makeSupervision } from '../../../fakes/supervision.js';
import { temporaryFolder } from '../../temporary-folder.js';

const { target, project } = makeFolderTarget(temporaryFolder());
const at = '2026-11-24T10:01:00.000Z';
const alive = { supervisor: DEAD, attempts: [makeAttempt()] };

describe('keepSupervised starts nothing for a run', () => {
  test.each<[string, Partial<Supervision> | undefined, 'running' | 'dead']>([
    ['that never had a supervisor', undefined, 'running'],
    ['that has its verdict', { ...alive, verdict: { state: 'succeeded', exitCode: 0, cause: null, at } }, 'running'],
    ['that is looked after', { attempts: [makeAttempt()] }, 'running'],
    ['that had no driver yet', { supervisor: DEAD, phase: 'queued' }, 'dead'],
    [
      'that waited for its restart',
      { supervisor: DEAD, phase: 'pausing', attempts: [makeAttempt({ endedAt: at })] },
      'dead',
    ],
    ['whose driver was killed too', alive, 'dead'],
  ])('%s', async (name, supervision, driver) => {
    const run = `${name.replaceAll(' ', '-')}-1`;
    const record = makeRunRecord({ run });
    await writeRun(project, record);
    if (supervision) await writeSupervision(project, run, makeSupervision(supervision));
    const identity = driver === 'running' ? identifyProcess(process.pid) : DEAD;
    await target.data.put(`runs/${run}/driver.json`, JSON.stringify({ ...identity, wrapper: 2 ** 30 }));
    const before = await readSupervision(project, run);
    await keepSupervised(target, project, [record]);
    expect(await readSupervision(project, run)).toEqual(before);
  });
});
