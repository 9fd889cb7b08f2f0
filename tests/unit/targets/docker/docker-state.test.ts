import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { establishHome } from '../../../../src/project/project-home.js';
import {
  composeServiceNames,
  DockerFolders,
  type DockerState,
  readDockerState,
  writeDockerState,
} from '../../../../src/targets/docker/docker-state.js';
import { temporaryFolder } from '../../temporary-folder.js';

const parent = temporaryFolder();
const foldersOf = (root: string) => new DockerFolders(join(root, '.millrace'));
const stateFile = (root: string) => join(root, '.millrace', 'cluster.json');

async function startedProject(): Promise<string> {
  const root = mkdtempSync(join(parent, 'project-'));
  const folders = foldersOf(root);
  establishHome(folders.state);
  const composeFiles = [join(folders.compose, 'compose.yaml'), join(folders.project, 'compose.override.yaml')];
  await writeDockerState(folders, { target: 'docker', isUp: true, composeFiles } as unknown as DockerState);
  return root;
}

/** The name as an earlier version made it: eight digits of the path's hash. */
const EARLIER_NAME = /^millrace-7b962250$/;

describe('the name of a project', () => {
  test('is the same by whichever way it is reached', () => {
    const root = mkdtempSync(join(parent, 'real-'));
    symlinkSync(root, `${root}-link`);
    expect(foldersOf(root).name).toMatch(/^millrace-[0-9a-f]{8}$/);
    expect(foldersOf(`${root}-link`).name).toBe(foldersOf(root).name);
  });

  test('goes with a folder that is moved, and a new project in its old place has another', async () => {
    const root = await startedProject();
    const { name } = foldersOf(root);
    renameSync(root, `${root}-moved`);
    mkdirSync(root);
    establishHome(join(root, '.millrace'));
    expect(foldersOf(`${root}-moved`).name).toBe(name);
    expect(foldersOf(root).name).not.toBe(name);
  });

  test('is another in a copy, from the first look on', async () => {
    const root = await startedProject();
    cpSync(root, `${root}-copy`, { recursive: true });
    const { name } = foldersOf(`${root}-copy`);
    expect(name).not.toBe(foldersOf(root).name);
    renameSync(root, `${root}-moved`);
    expect(foldersOf(`${root}-copy`).name).toBe(name);
  });

  test('stays what it was for a project that an earlier version has started, moved since or not', () => {
    const root = mkdtempSync(join(parent, 'earlier-'));
    mkdirSync(join(root, '.millrace'));
    writeFileSync(stateFile(root), JSON.stringify({ target: 'docker', project: '/srv/moved away', isUp: false }));
    expect(foldersOf(root).name).toMatch(EARLIER_NAME);
    expect(foldersOf(root).isOurs('/srv/moved away')).toBe(true);
  });
});

describe('readDockerState', () => {
  test('gives what was written, also through a link', async () => {
    const root = await startedProject();
    symlinkSync(root, `${root}-link`);
    expect(await readDockerState(foldersOf(root))).toMatchObject({ isUp: true });
    expect(await readDockerState(foldersOf(`${root}-link`))).toMatchObject({ isUp: true });
  });

  test('knows nothing of the original in a copy of its folder', async () => {
    const root = await startedProject();
    cpSync(root, `${root}-copy`, { recursive: true });
    expect(await readDockerState(foldersOf(`${root}-copy`))).toBeUndefined();
    expect(foldersOf(`${root}-copy`).isOurs(root)).toBe(false);
  });

  test('goes on in a folder that was moved, with the files that lie there', async () => {
    const root = await startedProject();
    expect(readFileSync(stateFile(root), 'utf8')).toContain('".millrace/docker/compose.yaml"');
    const moved = `${root}-moved`;
    renameSync(root, moved);
    expect(await readDockerState(foldersOf(moved))).toMatchObject({
      isUp: true,
      composeFiles: [join(moved, '.millrace', 'docker', 'compose.yaml'), join(moved, 'compose.override.yaml')],
    });
    expect(foldersOf(moved).isOurs(root)).toBe(true);
  });

  test('finds the files of an earlier version, which named them in full, after a move', async () => {
    const root = mkdtempSync(join(parent, 'earlier-'));
    mkdirSync(join(root, '.millrace'));
    const composeFiles = ['/srv/gone/.millrace/docker/compose.yaml', '/srv/gone/compose.override.yaml'];
    writeFileSync(
      stateFile(root),
      JSON.stringify({ target: 'docker', project: '/srv/gone', isUp: true, composeFiles }),
    );
    const { composeFiles: found } = (await readDockerState(foldersOf(root))) as DockerState;
    expect(found).toEqual([join(root, '.millrace', 'docker', 'compose.yaml'), join(root, 'compose.override.yaml')]);
  });

  test.each(['{"target":"local","isUp":true}', '{"target":"docker","isUp":true}', '{"target":"doc', ''])(
    'takes %p for no state of this target',
    async (text) => {
      const root = mkdtempSync(join(parent, 'other-'));
      mkdirSync(join(root, '.millrace'));
      writeFileSync(stateFile(root), text);
      expect(await readDockerState(foldersOf(root))).toBeUndefined();
    },
  );
});

describe('composeServiceNames', () => {
  test('has ZooKeeper in its layout only, first', () => {
    const size = { workers: 3, workerCores: 1, workerMemoryMb: 512, isSmall: false };
    expect(composeServiceNames(size, 'kraft')).toEqual(['broker', 'master', 'worker-1', 'worker-2', 'worker-3']);
    expect(composeServiceNames(size, 'zookeeper')[0]).toBe('zookeeper');
  });
});
