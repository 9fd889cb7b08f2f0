import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { identifyProcess, type ProcessIdentity } from '../../../src/project/process-identity.js';
import {
  belongingOf,
  establishHome,
  homeOf,
  identifySelfIn,
  isAliveHere,
  isOurs,
  ownerOf,
} from '../../../src/project/project-home.js';
import { temporaryFolder } from '../temporary-folder.js';

const parent = temporaryFolder();
const stateOf = (root: string) => join(root, '.millrace');
const fileOf = (root: string) => join(stateOf(root), 'project.json');
const started: ChildProcess[] = [];
afterAll(() => started.map((child) => child.kill('SIGKILL')));

/** A project that something was started for. */
function makeProject(): string {
  const root = mkdtempSync(join(parent, 'project, '));
  establishHome(stateOf(root));
  return root;
}

function copy(root: string, name = `${root}-copy`): string {
  cpSync(root, name, { recursive: true });
  return name;
}

function move(root: string, name = `${root}-moved`): string {
  renameSync(root, name);
  return name;
}

const idOf = (root: string) => homeOf(stateOf(root)).id;

describe('a project', () => {
  test('has an id and a folder, the same at every look, and is written down before the first start', () => {
    const root = makeProject();
    const home = homeOf(stateOf(root));
    expect(home).toEqual({ id: expect.stringMatching(/^[0-9a-f]{8}$/), folder: root, formerly: [] });
    expect(JSON.parse(readFileSync(fileOf(root), 'utf8'))).toEqual(home);
    expect(establishHome(stateOf(root))).toEqual(home);
  });

  test('that nothing was started for yet is only looked at', () => {
    const root = mkdtempSync(join(parent, 'new-'));
    expect(homeOf(stateOf(root)).folder).toBe(root);
    expect(existsSync(stateOf(root))).toBe(false);
    expect(establishHome(stateOf(root)).id).toBe(idOf(root));
  });

  test.each([
    ['a link to its folder', (root: string) => symlinkSync(root, `${root}-link`)],
    [
      'a link to its .millrace',
      (root: string) => {
        mkdirSync(`${root}-link`);
        symlinkSync(stateOf(root), stateOf(`${root}-link`));
      },
    ],
  ])('reached by %s is neither copied nor moved', (_, link) => {
    const root = makeProject();
    link(root);
    expect(homeOf(stateOf(`${root}-link`))).toEqual(homeOf(stateOf(root)));
    expect(isOurs(stateOf(`${root}-link`), { folder: root })).toBe(true);
  });

  test('half of whose file is missing counts as one of an earlier version', () => {
    const root = makeProject();
    writeFileSync(fileOf(root), '{"id": "0');
    writeFileSync(join(stateOf(root), 'cluster.json'), '{"target": "local"}');
    expect(homeOf(stateOf(root))).toMatchObject({ folder: root, formerly: [] });
  });
});

describe('a copy', () => {
  test('is another project, to which nothing of the original belongs', () => {
    const root = makeProject();
    const copied = copy(root);
    expect(idOf(copied)).not.toBe(idOf(root));
    expect(homeOf(stateOf(copied))).toMatchObject({ folder: copied, formerly: [], copyOf: root });
    expect(homeOf(stateOf(move(copied, `${copied}-on`)))).toMatchObject({ formerly: [copied], copyOf: root });
    move(`${copied}-on`, copied);
    expect(belongingOf(stateOf(copied), { folder: root })).toBe('foreign');
    expect(belongingOf(stateOf(root), { folder: root })).toBe('here');
  });

  test.each([
    ['is deleted', (root: string) => rmSync(root, { recursive: true })],
    ['is moved', (root: string) => move(root)],
  ])('that was looked at once stays one when the original %s', (_, change) => {
    const root = makeProject();
    const copied = copy(root);
    const id = idOf(copied);
    change(root);
    expect(idOf(copied)).toBe(id);
    expect(isOurs(stateOf(copied), { folder: root })).toBe(false);
  });

  test('of a copy, and of one that was moved, is a project of its own too', () => {
    const root = makeProject();
    const moved = move(copy(root));
    const second = copy(moved);
    const ids = [root, moved, second].map(idOf);
    expect(new Set(ids).size).toBe(3);
    expect(belongingOf(stateOf(second), { folder: moved })).toBe('foreign');
  });

  test('made twice in the same place is not the same project', () => {
    const root = makeProject();
    const first = copy(root);
    const id = idOf(first);
    const kept = move(first);
    expect(idOf(copy(root))).not.toBe(id);
    expect(idOf(kept)).toBe(id);
  });

  test('whose original cannot be looked at is one, and no folder that was moved', () => {
    const root = makeProject();
    const copied = copy(root);
    rmSync(root, { recursive: true });
    symlinkSync(root, root); // closed by its rights, it would still be open to root
    expect(belongingOf(stateOf(copied), { folder: root })).toBe('foreign');
  });

  test('that may only be read is known as one all the same', () => {
    const root = makeProject();
    const copied = copy(root);
    chmodSync(stateOf(copied), 0o555);
    expect(isOurs(stateOf(copied), { folder: root })).toBe(false);
    chmodSync(stateOf(copied), 0o755);
  });
});

describe('a folder that was moved', () => {
  test('is the same project, and what was started in the old place is its own', () => {
    const root = makeProject();
    const id = idOf(root);
    const moved = move(root);
    expect(homeOf(stateOf(moved))).toEqual({ id, folder: moved, formerly: [root] });
    expect(JSON.parse(readFileSync(fileOf(moved), 'utf8'))).toMatchObject({ id, folder: moved });
    expect(belongingOf(stateOf(moved), { folder: root })).toBe('moved');
    expect(belongingOf(stateOf(moved), { folder: moved })).toBe('here');
  });

  test.each([
    ['an empty folder', (root: string) => mkdirSync(root)],
    ['what a driver has left', (root: string) => mkdirSync(join(stateOf(root), 'data', 'out'), { recursive: true })],
    ['another project', (root: string) => establishHome(stateOf(root))],
  ])('is so too where %s has the old place', (_, fill) => {
    const root = makeProject();
    const id = idOf(root);
    const moved = move(root);
    fill(root);
    expect(idOf(moved)).toBe(id);
    expect(belongingOf(stateOf(moved), { folder: root })).toBe('moved');
    expect(idOf(root)).not.toBe(id);
    expect(isOurs(stateOf(root), { folder: moved })).toBe(false);
  });

  test('there and back is at home again', () => {
    const root = makeProject();
    const id = idOf(root);
    const moved = move(root);
    expect(idOf(moved)).toBe(id);
    move(moved, root);
    expect(homeOf(stateOf(root))).toEqual({ id, folder: root, formerly: [moved] });
  });

  test('may change places with another one', () => {
    const [a, b] = [makeProject(), makeProject()];
    const [idA, idB] = [idOf(a), idOf(b)];
    move(a, `${a}-aside`);
    move(b, a);
    move(`${a}-aside`, b);
    expect([idOf(b), idOf(a)]).toEqual([idA, idB]);
  });
});

describe('what an earlier version left', () => {
  const earlier = (cluster: object) => {
    const root = mkdtempSync(join(parent, 'earlier-'));
    mkdirSync(stateOf(root));
    writeFileSync(join(stateOf(root), 'cluster.json'), JSON.stringify(cluster));
    return root;
  };

  test('counts for the folder that it lies in, and is known again when that is moved or copied', () => {
    const root = earlier({ target: 'local', isUp: true });
    expect(belongingOf(stateOf(root), {})).toBe('here');
    const id = idOf(root);
    const copied = copy(root);
    expect(idOf(copied)).not.toBe(id);
    expect(idOf(move(root))).toBe(id);
  });

  test('is not the copy’s, once it is known to be one', () => {
    const root = earlier({ target: 'local', isUp: true });
    expect(belongingOf(stateOf(root), {})).toBe('here');
    expect(belongingOf(stateOf(copy(root)), {})).toBe('foreign');
  });

  test('on target docker tells of a copy by itself, since it names its folder', () => {
    const root = mkdtempSync(join(parent, 'earlier-'));
    mkdirSync(stateOf(root));
    writeFileSync(join(stateOf(root), 'cluster.json'), JSON.stringify({ target: 'docker', project: root, isUp: true }));
    const copied = copy(root);
    expect(isOurs(stateOf(copied), { folder: root })).toBe(false);
    expect(isOurs(stateOf(root), { folder: root })).toBe(true);
  });
});

describe('isAliveHere', () => {
  function makeProcess(): ProcessIdentity {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    started.push(child);
    return identifyProcess(child.pid ?? -1) as ProcessIdentity;
  }

  test('knows a live process in its own project and in the moved one, never in a copy', () => {
    const root = makeProject();
    const process = { ...makeProcess(), folder: root };
    expect(isAliveHere(stateOf(root), process)).toBe(true);
    const copied = copy(root);
    expect(isAliveHere(stateOf(copied), process)).toBe(false);
    expect(isAliveHere(stateOf(move(root)), process)).toBe(true);
    expect(isAliveHere(stateOf(copied), process)).toBe(false);
  });

  test('knows no dead one, and this one by its folder', () => {
    const root = makeProject();
    const self = identifySelfIn(stateOf(root));
    expect(self).toMatchObject({ pid: process.pid, folder: root });
    expect(isAliveHere(stateOf(root), self)).toBe(true);
    expect(isAliveHere(stateOf(root), { ...self, startTime: 'long ago' })).toBe(false);
  });
});

describe('a folder whose project.json is missing or damaged', () => {
  /** As `cluster up` leaves it. */
  function withCluster(root: string): string {
    writeFileSync(join(stateOf(root), 'cluster.json'), JSON.stringify({ target: 'local', ...ownerOf(stateOf(root)) }));
    return root;
  }

  test.each([
    ['left out of the copy', (root: string) => rmSync(fileOf(root))],
    ['cut off in the copy', (root: string) => writeFileSync(fileOf(root), '{ "id": "305')],
  ])('is a copy all the same, where the file was %s', (_, damage) => {
    const root = withCluster(makeProject());
    const copied = copy(root);
    damage(copied);
    expect(homeOf(stateOf(copied))).toMatchObject({ folder: copied, formerly: [], copyOf: root });
    expect(idOf(copied)).not.toBe(idOf(root));
    expect(isOurs(stateOf(copied), { folder: root })).toBe(false);
  });

  test('is a copy where the original’s file was cut off, which takes nothing from the original', () => {
    const root = withCluster(makeProject());
    const id = idOf(root);
    const copied = copy(root);
    writeFileSync(fileOf(root), '{ "id": "305');
    expect(homeOf(stateOf(copied))).toMatchObject({ formerly: [], copyOf: root });
    expect(homeOf(stateOf(root))).toEqual({ id, folder: root, formerly: [] });
    expect(JSON.parse(readFileSync(fileOf(root), 'utf8'))).toMatchObject({ id });
  });

  test('is written again before the first start where nothing else tells which project it is', () => {
    const root = makeProject();
    writeFileSync(fileOf(root), '');
    expect(establishHome(stateOf(root))).toEqual(JSON.parse(readFileSync(fileOf(root), 'utf8')));
  });
});

test('of two folders that were made of one that is gone, the second is a copy of the first', () => {
  const root = makeProject();
  const [first, second] = [copy(root, `${root}-1`), copy(root, `${root}-2`)];
  rmSync(root, { recursive: true });
  expect(homeOf(stateOf(first), () => [root])).toMatchObject({ formerly: [root] });
  expect(homeOf(stateOf(second), () => [root, first])).toMatchObject({ formerly: [], copyOf: first });
  expect(idOf(second)).not.toBe(idOf(first));
});
