import { cpSync, mkdirSync, mkdtempSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DockerFolders,
  type DockerState,
  readDockerState,
  readFormerName,
  serviceNames,
  writeDockerState,
} from '../../../../src/targets/docker/docker-state.js';
import { temporaryFolder } from '../../temporary-folder.js';

const parent = temporaryFolder();
const foldersOf = (root: string) => new DockerFolders(root, join(root, '.millrace'));

async function startedProject(): Promise<string> {
  const root = mkdtempSync(join(parent, 'project-'));
  const folders = foldersOf(root);
  await writeDockerState(folders, { target: 'docker', project: folders.project, isUp: true } as DockerState);
  return root;
}

describe('the name of a project', () => {
  test('is made of its path, the same by whichever way it is reached, and before its folder is there', () => {
    const root = mkdtempSync(join(parent, 'real-'));
    symlinkSync(root, `${root}-link`);
    expect(foldersOf(root).name).toMatch(/^millrace-[0-9a-f]{8}$/);
    expect(foldersOf(`${root}-link`).name).toBe(foldersOf(root).name);
    const before = foldersOf(join(`${root}-link`, 'later')).name;
    mkdirSync(join(root, 'later'));
    expect(foldersOf(join(root, 'later')).name).toBe(before);
    expect(before).not.toBe(foldersOf(root).name);
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
    expect(await readFormerName(foldersOf(`${root}-copy`))).toBeUndefined();
  });

  test('knows nothing in a folder that was moved, whose former name is told', async () => {
    const root = await startedProject();
    const { name } = foldersOf(root);
    renameSync(root, `${root}-moved`);
    expect(await readDockerState(foldersOf(`${root}-moved`))).toBeUndefined();
    expect(await readFormerName(foldersOf(`${root}-moved`))).toBe(name);
  });

  test.each(['{"target":"local","isUp":true}', '{"target":"docker","isUp":true}', '{"target":"doc', ''])(
    'takes %p for no state of this target, and for no move',
    async (text) => {
      const root = mkdtempSync(join(parent, 'other-'));
      mkdirSync(join(root, '.millrace'));
      writeFileSync(join(root, '.millrace', 'cluster.json'), text);
      expect(await readDockerState(foldersOf(root))).toBeUndefined();
      expect(await readFormerName(foldersOf(root))).toBeUndefined();
    },
  );
});

describe('serviceNames', () => {
  test('has ZooKeeper in its layout only, first', () => {
    const size = { workers: 3, workerCores: 1, workerMemoryMb: 512, isSmall: false };
    expect(serviceNames(size, 'kraft')).toEqual(['broker', 'master', 'worker-1', 'worker-2', 'worker-3']);
    expect(serviceNames(size, 'zookeeper')[0]).toBe('zookeeper');
  });
});
