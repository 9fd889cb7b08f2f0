import { findProject } from '../../../../src/project/project-folder.js';
import { resolveRun } from '../../../../src/runs/record/resolve-run.js';
import { writeRun } from '../../../../src/runs/record/run-record.js';
import { makeRunRecord } from '../../../fakes/run-record.js';
import { failureOf } from '../../failure-of.js';
import { temporaryFolder } from '../../temporary-folder.js';

const root = temporaryFolder();
const project = findProject(root, root);
const at = (minute: number) => `2026-11-24T10:${String(minute).padStart(2, '0')}:00.000Z`;

beforeAll(async () => {
  const runs = ['cars-1', 'cars-2', 'news-1', 'news-10', 'news-2', 'cars-2-1', 'remote-1', 'cars-3'];
  for (const [minute, run] of runs.entries()) {
    const isElsewhere = run === 'remote-1' || run === 'cars-3';
    await writeRun(project, makeRunRecord({ run, submittedAt: at(minute), target: isElsewhere ? 'docker' : 'local' }));
  }
});

const resolved = async (word?: string) => (await resolveRun(project, 'local', word)).run;

describe('resolveRun', () => {
  test.each([
    ['an id', 'news-1', 'news-1'],
    ['an id that is also a name', 'cars-2', 'cars-2'],
    ['a name, for its newest run on this target', 'cars', 'cars-2'],
    ['the beginning of one id alone', 'cars-2-', 'cars-2-1'],
    ['nothing, for the newest run on this target', undefined, 'cars-2-1'],
  ])('takes %s', async (_, word, run) => {
    expect(await resolved(word)).toBe(run);
  });

  test('lists the runs whose ids begin with the word, the newest first', async () => {
    expect(await failureOf(resolved('new'))).toMatchObject({
      code: 'USAGE',
      message: '`new` may be any of news-2, news-10, news-1',
    });
  });

  test.each([
    ['nws', 'Did you mean news? '],
    ['ars-2', 'Did you mean cars-2 or cars-2-1 or cars-1? '],
    ['something-else', ''],
    ['', ''],
    ['../../etc/passwd', ''],
  ])('says of %p what is close', async (word, hint) => {
    expect(await failureOf(resolved(word))).toMatchObject({
      code: 'RUN_MISSING',
      message: `There is no run \`${word}\` in this project`,
      hint: `${hint}\`millrace runs list\` shows what there is.`,
    });
  });

  test.each(['remote-1', 'remote', 'rem', 'cars-3'])('says of %s to which target it was submitted', async (word) => {
    expect(await failureOf(resolved(word))).toMatchObject({ code: 'RUN_ELSEWHERE', target: 'docker' });
  });

  test('says of a project without runs that there are none', async () => {
    const empty = findProject(root, `${root}/empty`);
    expect(await failureOf(resolveRun(empty, 'local'))).toMatchObject({
      code: 'RUN_MISSING',
      message: 'Nothing was submitted yet',
    });
  });
});
