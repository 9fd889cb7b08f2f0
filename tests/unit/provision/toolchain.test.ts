import { join } from 'node:path';
import type { RunCommand } from '../../../src/provision/run-command.js';
import { findJava, findPython } from '../../../src/provision/toolchain.js';
import { fail, makeFolder, removeFolders, succeed, write } from './stand-ins.js';

afterEach(removeFolders);

/** Puts programs into a folder of their own, which is the PATH. */
async function install(...names: string[]): Promise<{ PATH: string }> {
  const folder = await makeFolder();
  for (const name of names) await write(join(folder, name), '', 0o755);
  return { PATH: folder };
}

const java =
  (version: string, home = '/opt/jdk'): RunCommand =>
  async () =>
    succeed(
      '',
      `Property settings:\n    java.home = ${home}\n    java.version = ${version}\n    java.version.date = x\n    java.vm.version = ${version}+6\n`,
    );

describe('findJava', () => {
  test.each([
    ['17.0.15', 17],
    ['21', 21],
    ['25.0.1', 25],
  ])('accepts %s and names the binary in its home', async (version, major) => {
    const env = await install('java');
    const expected = { binary: '/opt/jdk/bin/java', home: '/opt/jdk', major, version, build: `${version}+6` };
    expect(await findJava({ env, run: java(version) })).toEqual(expected);
  });

  test.each(['1.8.0_402', '11.0.2', '18.0.1', '24'])(
    'refuses %s, with its version, its path and a way out',
    async (version) => {
      const attempt = findJava({ env: await install('java'), run: java(version) });
      await expect(attempt).rejects.toMatchObject({
        code: 'JAVA_UNSUPPORTED',
        exitCode: 3,
        message: expect.stringContaining(`Java ${version} at /opt/jdk/bin/java`),
        hint: expect.stringContaining('openjdk-17-jre-headless'),
      });
    },
  );

  test('takes the configured home before JAVA_HOME before the PATH', async () => {
    const { PATH } = await install('java');
    const [configured, JAVA_HOME] = [(await install('bin/java')).PATH, (await install('bin/java')).PATH];
    const asked: string[] = [];
    const run: RunCommand = (file, args) => {
      asked.push(file);
      return java('17')(file, args);
    };
    await findJava({ env: { PATH, JAVA_HOME }, configured, run });
    await findJava({ env: { PATH, JAVA_HOME }, run });
    await findJava({ env: { PATH, JAVA_HOME: '' }, run });
    expect(asked).toEqual([join(configured, 'bin/java'), join(JAVA_HOME, 'bin/java'), join(PATH, 'java')]);
  });

  test('a JAVA_HOME that points nowhere is an error, not a reason to take another Java', async () => {
    const env = { ...(await install('java')), JAVA_HOME: '/nowhere' };
    const attempt = findJava({ env, run: java('17') });
    await expect(attempt).rejects.toMatchObject({
      code: 'JAVA_MISSING',
      exitCode: 3,
      message: expect.stringContaining('JAVA_HOME is /nowhere, and there is no /nowhere/bin/java'),
    });
  });

  test('without any java says where it looked', async () => {
    const attempt = findJava({ env: await install(), run: java('17') });
    await expect(attempt).rejects.toThrow('no java on the PATH, and JAVA_HOME is not set');
  });

  test.each<[string, RunCommand]>([
    ['exits with an error', async () => fail('Unable to locate a Java Runtime.')],
    ['cannot be started', () => Promise.reject(new Error('spawn EACCES: Unable to locate a Java Runtime.'))],
  ])('a java that %s is missing', async (_how, run) => {
    const attempt = findJava({ env: await install('java'), run });
    await expect(attempt).rejects.toMatchObject({
      code: 'JAVA_MISSING',
      message: expect.stringContaining('Unable to locate a Java Runtime.'),
    });
  });
});

/** Programs by file name with the version they answer; `!` says that they cannot make a venv. */
const pythons =
  (versions: Record<string, string>): RunCommand =>
  async (file) => {
    const version = versions[file.split('/').at(-1) ?? ''];
    if (version === undefined) return fail('pyenv: command not found');
    return succeed(JSON.stringify([file, version.replace('!', ''), !version.endsWith('!')]));
  };

describe('findPython', () => {
  test.each([
    ['python3 when it fits', { python3: '3.12.1', 'python3.14': '3.14.0' }, '3.12.1'],
    ['a newer one beside an old python3', { python3: '3.9.2', 'python3.11': '3.11.2' }, '3.11.2'],
    ['one that can make a venv', { python3: '3.13.0!', 'python3.12': '3.12.1', 'python3.11': '3.11.2' }, '3.12.1'],
    ['python when nothing else is there', { python: '3.10.0' }, '3.10.0'],
    ['one that runs, beside a script for one that is not installed', { 'python3.10': '3.10.9' }, '3.10.9'],
  ])('takes %s', async (_what, versions, version) => {
    const env = await install(...Object.keys(versions), 'python3.14');
    const found = await findPython({ env, run: pythons(versions) });
    expect(found.version).toBe(version);
    expect(found.binary).toContain(env.PATH);
  });

  test('a Python without venv is named, with the package that brings it', async () => {
    const attempt = findPython({ env: await install('python3'), run: pythons({ python3: '3.11.2!' }) });
    await expect(attempt).rejects.toMatchObject({
      code: 'PYTHON_MISSING',
      exitCode: 3,
      message: expect.stringMatching(/Python 3\.11\.2 at \S+python3 cannot make virtual environments/),
      hint: expect.stringContaining('sudo apt install python3-venv'),
    });
  });

  test.each([
    ['3.9.18', /python3 is 3\.9\.18, and 3\.10 or later is needed/],
    ['2.7.18', /python3 is 2\.7\.18/],
  ])('an old Python (%s) is named with its version', async (version, message) => {
    const attempt = findPython({ env: await install('python3'), run: pythons({ python3: version }) });
    await expect(attempt).rejects.toThrow(message);
  });

  test('no Python at all is an error that says so', async () => {
    const attempt = findPython({ env: await install(), run: pythons({}) });
    await expect(attempt).rejects.toThrow('there is no python3 on the PATH');
  });

  test('a configured Python is the only candidate', async () => {
    const env = await install('python3', 'mine');
    const run = pythons({ python3: '3.12.1', mine: '3.8.0' });
    await expect(findPython({ env, configured: join(env.PATH, 'mine'), run })).rejects.toThrow('mine is 3.8.0');
    const attempt = findPython({ env, configured: '/nowhere/python3', run });
    await expect(attempt).rejects.toThrow('the configured /nowhere/python3 does not run');
  });
});
