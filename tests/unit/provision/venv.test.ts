import { access, appendFile, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureArtifacts } from '../../../src/provision/artifacts.js';
import { locateVenv } from '../../../src/provision/cache-layout.js';
import { requireFreeSpace } from '../../../src/provision/disk.js';
import type { CommandResult } from '../../../src/provision/run-command.js';
import { fail, LOCK, makeFolder, makeMachine, makeOptions, PYTHON, removeFolders, write } from './stand-ins.js';

afterEach(removeFolders);

async function fillCache() {
  const cacheFolder = await makeFolder();
  await ensureArtifacts(makeOptions(cacheFolder, makeMachine(cacheFolder).run));
  return { cacheFolder, layout: locateVenv(cacheFolder, LOCK, PYTHON) };
}

describe('a venv', () => {
  test.each([
    ['without complete.json', (venv: string) => unlink(join(venv, 'complete.json'))],
    ['whose python is gone', (venv: string) => rm(join(venv, 'bin/python'))],
    ['with a file longer than RECORD says', (venv: string) => appendFile(join(site(venv), 'pyspark/version.py'), '#')],
    ['with a file missing', (venv: string) => rm(join(site(venv), 'pyspark/version.py'))],
    ['without numpy', (venv: string) => rm(join(site(venv), 'numpy-2.2.6.dist-info'), { recursive: true })],
    ['with an empty RECORD', (venv: string) => write(join(site(venv), 'numpy-2.2.6.dist-info/RECORD'), '')],
  ])('%s is removed and built again', async (_what, damage) => {
    const { cacheFolder, layout } = await fillCache();
    const leftover = join(layout.sitePackages, 'leftover.py');
    await write(leftover, '');
    await damage(layout.folder);
    const machine = makeMachine(cacheFolder);
    await ensureArtifacts(makeOptions(cacheFolder, machine.run));
    expect(machine.programs()).toEqual(['venv', 'pip', 'submit']);
    await expect(access(leftover)).rejects.toThrow('ENOENT');
  });

  test('is left alone when Python compiled its files anew', async () => {
    const { cacheFolder, layout } = await fillCache();
    await write(
      join(layout.sitePackages, 'numpy-2.2.6.dist-info/RECORD'),
      'a.pyc,sha256=x,9\r\n"numpy/odd, name.py",,1',
    );
    const machine = makeMachine(cacheFolder);
    await ensureArtifacts(makeOptions(cacheFolder, machine.run));
    expect(machine.calls).toEqual([]);
  });

  test('for other pinned packages is built again', async () => {
    const { cacheFolder } = await fillCache();
    const machine = makeMachine(cacheFolder);
    const lock = { ...LOCK, python: { packages: ['pyspark==4.2.0', 'numpy==2.2.7'] as [string, ...string[]] } };
    await ensureArtifacts({ ...makeOptions(cacheFolder, machine.run), lock });
    expect(machine.programs()).toEqual(['venv', 'pip', 'submit']);
  });

  test('is made with the Python that was found; its own pip gets the pins, the settings and a TMPDIR in the cache', async () => {
    const cacheFolder = await makeFolder();
    const machine = makeMachine(cacheFolder);
    const env = { PATH: '/usr/bin', PIP_INDEX_URL: 'https://index.example/simple' };
    await ensureArtifacts({ ...makeOptions(cacheFolder, machine.run), env });
    const [venv, pip] = machine.calls;
    expect(venv?.file).toBe('/usr/bin/python3.11');
    expect(pip?.file).toBe(locateVenv(cacheFolder, LOCK, PYTHON).python);
    expect(pip?.args).toEqual(expect.arrayContaining(['--use-pep517', '--no-input', ...LOCK.python.packages]));
    expect(pip?.options.env).toMatchObject(env);
    expect(pip?.options.env?.TMPDIR).toMatch(`${cacheFolder}/incoming/`);
  });
});

const site = (venv: string) => join(venv, 'lib/python3.11/site-packages');

const RETRYING = `WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f7a11af6290>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/pyspark/
ERROR: Could not find a version that satisfies the requirement pyspark==4.2.0 (from versions: none)
ERROR: No matching distribution found for pyspark==4.2.0`;

describe('a failing pip', () => {
  test.each([
    [
      'the network trouble',
      RETRYING,
      'pyspark==4.2.0 (Failed to establish a new connection: [Errno 111] Connection refused)',
    ],
    [
      'its last error',
      'ERROR: first\nERROR: HTTP error 403 from https://me:secret@i.example/x',
      ': HTTP error 403 from https://i.example/x',
    ],
    ['its last line', 'Traceback\nKeyError: 1', ': KeyError: 1'],
  ])('is reported with %s', async (_what, stderr, expected) => {
    const error = await failWith(async () => fail(stderr));
    expect(error).toMatchObject({ code: 'DOWNLOAD_FAILED', exitCode: 5 });
    expect(error.message).toMatch(/^Could not download PySpark 4\.2\.0: /);
    expect(error.message.endsWith(expected)).toBe(true);
    expect(error.hint).toContain('PIP_INDEX_URL');
  });

  test('for want of space says how much is needed, where, and the way out', async () => {
    const stdout = 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device';
    const error = await failWith(async () => fail(stdout));
    expect(error).toMatchObject({ code: 'NO_SPACE', exitCode: 3 });
    expect(error.message).toMatch(/^Not enough space in \S+: 2700 MB are needed/);
    expect(error.hint).toContain('MILLRACE_CACHE');
  });

  test('leaves no venv behind', async () => {
    const cacheFolder = await makeFolder();
    const machine = makeMachine(cacheFolder, { pip: async () => fail('ERROR: no') });
    await ensureArtifacts(makeOptions(cacheFolder, machine.run)).catch(() => undefined);
    await expect(access(locateVenv(cacheFolder, LOCK, PYTHON).folder)).rejects.toThrow('ENOENT');
  });

  async function failWith(pip: () => Promise<CommandResult>) {
    const cacheFolder = await makeFolder();
    const machine = makeMachine(cacheFolder, { pip });
    return ensureArtifacts(makeOptions(cacheFolder, machine.run)).catch((error) => error);
  }
});

describe('requireFreeSpace', () => {
  test('refuses a disk with less than what is needed and says what is free', async () => {
    const folder = await makeFolder();
    const attempt = requireFreeSpace(folder, 1e18);
    await expect(attempt).rejects.toThrow(/1000000000000 MB are needed and \d+ MB are free/);
    await expect(requireFreeSpace(folder, 1)).resolves.toBeUndefined();
  });

  test('a write that fails for want of space is explained, too', async () => {
    const cacheFolder = await makeFolder();
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
    const machine = makeMachine(cacheFolder, { venv: () => Promise.reject(full) });
    const attempt = ensureArtifacts(makeOptions(cacheFolder, machine.run));
    await expect(attempt).rejects.toMatchObject({ code: 'NO_SPACE', cause: full });
  });
});
