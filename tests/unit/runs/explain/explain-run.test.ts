import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packagePath } from '../../../../src/project/package-files.js';
import { explainRun } from '../../../../src/runs/explain/explain.js';
import { gatherFacts } from '../../../../src/runs/explain/gather-facts.js';
import { type RunRecord, writeRun } from '../../../../src/runs/record/run-record.js';
import { writeSupervision } from '../../../../src/runs/state/supervision.js';
import { makeFacts } from '../../../fakes/explain-facts.js';
import { makeFolderTarget } from '../../../fakes/folder-target.js';
import { DEAD, makeSupervision } from '../../../fakes/supervision.js';
import { temporaryFolder } from '../../temporary-folder.js';

const jobs = { folders: [packagePath()] };
const signal = new AbortController().signal;
const root = temporaryFolder();
let projects = 0;
const makeProject = () => makeFolderTarget(join(root, String(++projects)));

const fingerprint = {
  job: 'windowed-news',
  cluster: 'c',
  topics: ['news'],
  keys: { brand: 'string' },
  window: '10 seconds',
  slide: null,
  watermark: '1 minute',
  sparkVersion: '4.2.0',
};

/** A project without a cluster, with one stopped run and its checkpoint. */
async function stoppedRun(some: Partial<RunRecord> = {}) {
  const { target, project } = makeProject();
  const record = { ...makeFacts().record, ...some };
  await writeRun(project, record);
  const put = (file: string, text: string) => {
    const path = join(target.data.describe(''), file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  put(`runs/${record.run}/driver.json`, '{"pid": 1, "startTime": "none", "wrapper": 1}');
  put(`runs/${record.run}/exit.json`, '{"exitCode": 0, "endedAt": "2026-11-24T15:40:00Z"}');
  put(`runs/${record.run}/stop`, '');
  const checkpoint = 'checkpoints/windowed-news/1';
  put(`${checkpoint}/fingerprint.json`, JSON.stringify(fingerprint));
  put(`${checkpoint}/topic/sources/0/0`, '\0v1\n{"news":{"0":5}}');
  put(`${checkpoint}/topic/offsets/0`, 'v1\n{"batchWatermarkMs":0}\n{"news":{"0":63}}');
  put(`${checkpoint}/topic/offsets/1`, 'v1\n{"batchWatermarkMs":0}\n{"news":{"0":70}}');
  put(`${checkpoint}/topic/commits/0`, 'v1\n{}');
  put(`${checkpoint}/topic/commits/.0.crc`, '');
  return { target, project, record, put };
}

describe('gatherFacts', () => {
  test('knows that a run was lost with its machine, whatever its driver has left', async () => {
    const { target, project, record } = await stoppedRun();
    await target.data.remove(`runs/${record.run}/stop`);
    await writeSupervision(project, record.run, makeSupervision({ supervisor: DEAD }));
    expect(await gatherFacts({ target, project, jobs, signal }, record)).toMatchObject({
      status: { state: 'lost', exitCode: 0 },
      failure: { code: 'lost', words: 'the machine was restarted while it ran', isTransient: true },
    });
  });

  test('finds what it can while the cluster is down', async () => {
    const { target, project, record } = await stoppedRun();
    expect(await gatherFacts({ target, project, jobs, signal }, record)).toMatchObject({
      status: { state: 'stopped', exitCode: 0 },
      settings: ['watermark=1 minute'],
      bootstrapServers: null,
      topics: null,
      scheduler: null,
      failure: null,
      waiting: null,
    });
  });

  test('takes the offsets of the last committed batch, not of one that is at work', async () => {
    const { target, project, record } = await stoppedRun();
    expect((await gatherFacts({ target, project, jobs, signal }, record)).checkpoint).toEqual({
      start: { news: { 0: 5 } },
      reached: { news: { 0: 63 } },
      topicIds: {},
      windowMs: 10_000,
      slideMs: null,
      sessionMs: null,
      delayMs: 60_000,
    });
  });

  test('reads the ids of topics where they were written down', async () => {
    const { target, project, record, put } = await stoppedRun();
    const other = { ...fingerprint, topics: [{ name: 'news', id: 'abc' }], window: '1 fortnight' };
    put('checkpoints/windowed-news/1/fingerprint.json', JSON.stringify(other));
    expect((await gatherFacts({ target, project, jobs, signal }, record)).checkpoint).toMatchObject({
      topicIds: { news: 'abc' },
      windowMs: null,
    });
  });

  test('takes the figures from the log of a script that writes no progress', async () => {
    const { target, project, record, put } = await stoppedRun();
    const batch = '{\n  "name" : null,\n  "batchId" : 0,\n  "numInputRows" : 7\n}\n';
    put(
      `runs/${record.run}/driver.log`,
      `26/11/24 15:08:28 INFO ProgressReporter: Streaming query made progress: ${batch}`,
    );
    expect((await gatherFacts({ target, project, jobs, signal }, record)).progress).toMatchObject({
      batches: 1,
      rowsRead: 7,
    });
  });

  test("takes topic and begin of a user's own script from its log", async () => {
    const { target, project, record, put } = await stoppedRun({ script: '/mine.py', reads: [], generation: null });
    put(
      `runs/${record.run}/driver.log`,
      '26/11/24 15:58:19 INFO KafkaMicroBatchStream: Initial offsets: {"news":{"0":63}}\n',
    );
    expect(await gatherFacts({ target, project, jobs, signal }, record)).toMatchObject({
      reads: ['news'],
      checkpoint: { start: { news: { 0: 63 } }, reached: null },
    });
  });

  test('knows no settings of a job that is gone', async () => {
    const { target, project, record } = await stoppedRun({ job: 'mine' });
    expect((await gatherFacts({ target, project, jobs, signal }, record)).settings).toEqual([]);
  });
});

describe('explainRun', () => {
  test('takes the newest run where none is named', async () => {
    const { target, project } = await stoppedRun();
    const explanation = await explainRun({ target, project, jobs, signal });
    expect(explanation).toMatchObject({
      isNewest: true,
      evidence: { record: { run: 'windowed-news-1' }, status: { state: 'stopped' } },
    });
    expect(explanation.findings).toMatchObject([{ id: 'broker-unreachable', likelihood: 'aside' }]);
  });

  test('names what to do before the first run', async () => {
    const { target, project } = makeProject();
    await expect(explainRun({ target, project, jobs, signal })).rejects.toThrow('Nothing was submitted yet');
    await expect(explainRun({ target, project, jobs, signal, run: 'none-1' })).rejects.toThrow(
      'There is no run `none-1`',
    );
  });
});
