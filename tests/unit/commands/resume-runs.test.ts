import type { CommandContext } from '../../../src/commands/command-context.js';
import { resumeRuns } from '../../../src/commands/resume-runs.js';
import { RecordingReporter } from '../../../src/report/recording-reporter.js';
import { writeRun } from '../../../src/runs/record/run-record.js';
import { writeSupervision } from '../../../src/runs/state/supervision.js';
import { makeUpTarget } from '../../fakes/folder-target.js';
import { makeRunRecord } from '../../fakes/run-record.js';
import { DEAD, makeSupervision } from '../../fakes/supervision.js';
import { temporaryFolder } from '../temporary-folder.js';

const parent = temporaryFolder();
let places = 0;

/** A machine that was restarted under a stream, whose script is gone, and a batch. */
async function makePlace(answer: boolean | null) {
  const { target, project } = makeUpTarget(`${parent}/${++places}`);
  const report = new RecordingReporter();
  const questions: string[] = [];
  const ask = async (question: string) => {
    questions.push(question);
    return answer;
  };
  const signal = new AbortController().signal;
  const context = { target, project, report, signal, ask, jobs: { folders: [] } } as unknown as CommandContext;
  for (const [run, kind] of [
    ['cars-1', 'streaming'],
    ['train-1', 'batch'],
  ] as const) {
    await writeRun(project, makeRunRecord({ run, kind, command: ['spark-submit', `${run}.py`] }));
    await writeSupervision(project, run, makeSupervision({ supervisor: DEAD }));
  }
  return { context, report, questions };
}

const BATCH = 'Lost when the machine was restarted: train-1. A batch has no checkpoint: submit it again.';
const STREAM = 'Lost when the machine was restarted: cars-1.';
const REFUSED = 'The run cars-1 cannot be started again: its script is not there any more.';

describe('resumeRuns', () => {
  test('asks, and takes the streams up on a yes; what is refused is said', async () => {
    const { context, report, questions } = await makePlace(true);
    expect(await resumeRuns(context, false)).toMatchObject({
      restarted: [],
      refused: [{ run: 'cars-1', code: 'RESTART_REFUSED' }],
      lost: [],
      lostBatches: ['train-1'],
    });
    expect(questions).toEqual([`${STREAM} Take them up from their checkpoints?`]);
    expect(report.warnings).toEqual([BATCH, expect.stringContaining(REFUSED)]);
  });

  test('does not ask where --resume-runs has answered', async () => {
    const { context, questions } = await makePlace(null);
    expect((await resumeRuns(context, true)).refused).toHaveLength(1);
    expect(questions).toEqual([]);
  });

  test('only says the command where nobody can answer, each time', async () => {
    const { context, report } = await makePlace(null);
    expect(await resumeRuns(context, false)).toMatchObject({ restarted: [], refused: [], lost: ['cars-1'] });
    const command = `${STREAM} \`millrace runs restart --all\` takes them up from their checkpoints.`;
    expect(report.warnings).toEqual([BATCH, command]);
    await resumeRuns(context, false);
    expect(report.warnings).toEqual([BATCH, command, command]);
  });

  test('does not ask again after a no', async () => {
    const { context, questions } = await makePlace(false);
    expect(await resumeRuns(context, false)).toMatchObject({ lost: ['cars-1'] });
    expect(await resumeRuns(context, false)).toMatchObject({ lost: [] });
    expect(questions).toHaveLength(1);
  });
});
