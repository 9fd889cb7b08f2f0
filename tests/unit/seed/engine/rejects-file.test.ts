import { readdirSync } from 'node:fs';
import { findProject } from '../../../../src/project/project-folder.js';
import { forgetRejects, RejectsFile } from '../../../../src/seed/engine/rejects-file.js';
import { temporaryFolder } from '../../temporary-folder.js';

const project = findProject(temporaryFolder(), '.');

test('forgetRejects deletes those of all topics, and nothing else of the project', async () => {
  for (const topic of ['cars', 'news']) {
    const rejects = RejectsFile.in(project, topic, new Date());
    await rejects.add({ position: 'a.csv:2', reason: 'no price', input: {} });
    await rejects.close();
  }
  expect(readdirSync(project.state)).toEqual(['rejects']);
  await forgetRejects(project);
  expect(readdirSync(project.state)).toEqual([]);
  await forgetRejects(project);
});
