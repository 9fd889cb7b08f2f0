import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findJob, findTemplate, listJobs } from '../../../src/jobs/find-jobs.js';
import { failureOf } from '../failure-of.js';
import { temporaryFolder } from '../temporary-folder.js';

const own = temporaryFolder();
const shipped = temporaryFolder();
const where = { folders: [own, shipped] };

const write = (folder: string, path: string, text: string) => {
  mkdirSync(join(folder, 'jobs'), { recursive: true });
  mkdirSync(join(folder, 'templates'), { recursive: true });
  writeFileSync(join(folder, path), text);
};

beforeAll(() => {
  write(shipped, 'jobs/count.yaml', 'description: shipped\nkind: batch\ntemplate: count.py.hbs\n');
  write(shipped, 'jobs/sum.yaml', 'description: shipped\nkind: batch\ntemplate: sum.py.hbs\n');
  write(shipped, 'templates/count.py.hbs', '# shipped\n');
  write(own, 'jobs/count.yaml', 'description: own\nkind: batch\ntemplate: count.py.hbs\n');
  write(own, 'jobs/notes.txt', 'no job');
});

describe('finding jobs', () => {
  test("the project's own job goes before the shipped one of that name", async () => {
    expect(await findJob(where, 'count')).toMatchObject({ name: 'count', description: 'own' });
    expect((await listJobs(where)).map(({ name, description }) => `${name} ${description}`)).toEqual([
      'count own',
      'sum shipped',
    ]);
  });

  test("a job of the project may use a shipped job's template", async () => {
    expect(await findTemplate(where, await findJob(where, 'count'))).toBe('# shipped\n');
  });

  test.each(['cuont', '../jobs/count', '', '.', 'a/b'])('says which jobs there are when %p is none', async (name) => {
    expect(await failureOf(findJob(where, name))).toMatchObject({
      code: 'USAGE',
      message: `There is no job \`${name}\``,
      hint: 'There are: count, sum.',
    });
  });

  test('names the template that is missing', async () => {
    const failure = await failureOf(findTemplate(where, await findJob(where, 'sum')));
    expect(failure).toMatchObject({ code: 'USAGE', message: expect.stringContaining('sum.py.hbs') });
  });

  test('finds no jobs where there are no folders', async () => {
    expect(await listJobs({ folders: [join(own, 'absent')] })).toEqual([]);
  });
});
