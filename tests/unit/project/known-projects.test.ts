import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KnownProjects } from '../../../src/project/known-projects.js';
import { establishHome } from '../../../src/project/project-home.js';
import { temporaryFolder } from '../temporary-folder.js';

const folder = temporaryFolder();

function make() {
  const parent = mkdtempSync(join(folder, 'user-'));
  const store = join(parent, 'data', 'projects');
  const makeProject = (name: string) => {
    const root = join(parent, name);
    mkdirSync(root, { recursive: true });
    return root;
  };
  return { store, makeProject, projects: new KnownProjects(store) };
}

describe('KnownProjects', () => {
  test('knows none before the first', async () => {
    const { projects, store } = make();
    expect(await projects.list()).toEqual([]);
    expect(existsSync(store)).toBe(false);
  });

  test('tells the projects sorted, each once, whatever their names', async () => {
    const { projects, makeProject } = make();
    const roots = ['b', 'a "quoted" one', 'žluť', 'a'].map(makeProject);
    for (const root of [...roots, ...roots]) await projects.remember(root);
    expect(await projects.list()).toEqual([...roots].sort());
  });

  test('follows one that was moved, and enters none that was not known before', async () => {
    const { projects, makeProject } = make();
    const [a, b, c] = [makeProject('a'), makeProject('b'), makeProject('c')];
    await projects.remember(a);
    await projects.follow(b, [a]);
    await projects.follow(c, []);
    await projects.follow(c, [`${c}-before`]);
    makeProject('a/.millrace/data');
    expect(await projects.list()).toEqual([b]);
  });

  test('keeps another project that has the old place of one that was moved', async () => {
    const { projects, makeProject } = make();
    const [a, b] = [makeProject('a'), makeProject('b')];
    await projects.remember(a);
    establishHome(join(a, '.millrace'));
    await projects.follow(b, [a]);
    expect(await projects.list()).toEqual([a, b]);
  });

  test('forgets one and keeps the others', async () => {
    const { projects, makeProject } = make();
    const [a, b] = [makeProject('a'), makeProject('b')];
    await Promise.all([projects.remember(a), projects.remember(b)]);
    await projects.forget(a);
    expect(await projects.list()).toEqual([b]);
    await projects.forget(a);
    expect(await projects.list()).toEqual([b]);
  });

  test('forgets by itself what was deleted', async () => {
    const { projects, makeProject, store } = make();
    const [a, b] = [makeProject('a'), makeProject('b')];
    await projects.remember(a);
    await projects.remember(b);
    rmSync(a, { recursive: true });
    expect(await projects.list()).toEqual([b]);
    expect(readdirSync(store)).toHaveLength(1);
    makeProject('a');
    expect(await projects.list()).toEqual([b]);
  });

  test('remembers two at the same moment', async () => {
    const { projects, makeProject, store } = make();
    const roots = Array.from({ length: 10 }, (_, index) => makeProject(`p${index}`));
    const others = new KnownProjects(store);
    await Promise.all(roots.map((root, index) => (index % 2 ? projects : others).remember(root)));
    expect(await projects.list()).toEqual(roots);
  });

  test('is seen by the next command', async () => {
    const { projects, makeProject, store } = make();
    const root = makeProject('a');
    await projects.remember(root);
    expect(await new KnownProjects(store).list()).toEqual([root]);
  });

  test('passes over what is no project', async () => {
    const { projects, makeProject, store } = make();
    const root = makeProject('a');
    await projects.remember(root);
    writeFileSync(join(store, 'half.json'), '{"root": "/ho');
    writeFileSync(join(store, '.DS_Store'), 'x');
    expect(await projects.list()).toEqual([root]);
  });

  test('does not take the draft of a command that was killed for a project', async () => {
    const { projects, makeProject, store } = make();
    const root = makeProject('a');
    await projects.remember(root);
    const [file] = readdirSync(store);
    writeFileSync(join(store, `${file}.4711.0a1b2c3d.tmp`), JSON.stringify({ root }));
    expect(await projects.list()).toEqual([root]);
    await projects.forget(root);
    expect(await projects.list()).toEqual([]);
  });
});
