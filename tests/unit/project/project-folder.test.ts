import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProject } from '../../../src/project/project-folder.js';
import { temporaryFolder } from '../temporary-folder.js';

const root = temporaryFolder();
const deep = join(root, 'project', 'notebooks', 'old');

beforeAll(() => {
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(root, 'project', 'millrace.yaml'), '');
});

describe('findProject', () => {
  test('finds the nearest parent with a millrace.yaml', () => {
    const project = join(root, 'project');
    expect(findProject(deep)).toEqual({
      root: project,
      configFile: join(project, 'millrace.yaml'),
      state: join(project, '.millrace'),
    });
    writeFileSync(join(deep, 'millrace.yaml'), '');
    expect(findProject(deep).root).toBe(deep);
  });

  test('takes the folder itself where no parent has one', () => {
    expect(findProject(root).root).toBe(root);
  });

  test.each([
    ['other', 'other'],
    ['../x', '../x'],
    ['/elsewhere', '/elsewhere'],
  ])('takes %s when told to', (given, path) => {
    expect(findProject(deep, given).root).toBe(path.startsWith('/') ? path : join(deep, path));
  });

  test.each(['a[1]', 'a{b}', 'a?', 'a*'])('refuses the folder %s, which Spark takes for a pattern', (name) => {
    expect(() => findProject(root, name)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(name) }),
    );
  });

  test.each(['file', 'file/below'])('refuses %s, which is no folder', (name) => {
    writeFileSync(join(root, 'file'), '');
    expect(() => findProject(root, name)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: `${join(root, 'file')} is a file, not a folder` }),
    );
  });

  test('takes a folder that is yet to be made', () => {
    expect(findProject(root, 'new/deeper').root).toBe(join(root, 'new', 'deeper'));
  });
});
