import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArtifactOptions, ensureArtifacts } from '../../../src/provision/artifacts.js';
import { argumentOf, fail, JAVA, makeFolder, makeMachine, makeOptions, removeFolders, write } from './stand-ins.js';

afterEach(removeFolders);

/** What a second start of the same machine runs, and where it says the archive is. */
async function startAgain(cacheFolder: string, options: Partial<ArtifactOptions> = {}) {
  const machine = makeMachine(cacheFolder);
  const { classArchive } = await ensureArtifacts({ ...makeOptions(cacheFolder, machine.run), ...options });
  return { programs: machine.programs(), classArchive };
}

describe('the archive of classes', () => {
  test('is made with the class path of later starts, away from other installations, and nothing else is left', async () => {
    const cacheFolder = await makeFolder();
    const machine = makeMachine(cacheFolder);
    const options = makeOptions(cacheFolder, machine.run);
    const { classArchive = '', sparkHome } = await ensureArtifacts({ ...options, env: { PATH: '/usr/bin' } });
    const {
      file,
      args,
      options: how,
    } = machine.calls.find(({ program }) => program === 'submit') as (typeof machine.calls)[0];
    expect(file).toBe(join(sparkHome, 'bin', 'spark-submit'));
    expect(argumentOf(args, '--driver-java-options')).toContain('-XX:ArchiveClassesAtExit=spark.jsa');
    expect(how.env).toMatchObject({ SPARK_CONF_DIR: join(sparkHome, 'conf'), SPARK_LOCAL_IP: '127.0.0.1' });
    expect(await readdir(join(sparkHome, 'conf'))).toEqual([]);
    expect(await readFile(classArchive, 'utf8')).toBe('classes');
    expect(await readdir(join(cacheFolder, 'incoming'))).toEqual([]);
    expect(await startAgain(cacheFolder)).toEqual({ programs: [], classArchive });
  });

  test.each([
    ['ends with an error', async () => fail('Unable to use shared archive')],
    ['says that all is well and leaves none', async () => ({ stdout: '', stderr: '', exitCode: 0 })],
    ['takes too long', () => Promise.reject(new Error('it took too long'))],
  ])('is done without where its Java %s, and not tried again', async (_, submit) => {
    const cacheFolder = await makeFolder();
    const machine = makeMachine(cacheFolder, { submit });
    const artifacts = await ensureArtifacts(makeOptions(cacheFolder, machine.run));
    expect(artifacts).not.toHaveProperty('classArchive');
    expect(machine.programs()).toContain('submit');
    expect(await startAgain(cacheFolder)).toEqual({ programs: [], classArchive: undefined });
    const newer = { ...JAVA, build: '17.0.16+8' };
    expect(await startAgain(cacheFolder, { java: newer })).toMatchObject({ programs: ['submit'] });
  });

  test.each([
    ['was cut off', async (archive: string) => writeFile(archive, 'cla')],
    ['has lost its record', async (archive: string) => writeFile(`${archive}.json`, '{')],
  ])('that %s is made anew', async (_, harm) => {
    const cacheFolder = await makeFolder();
    const { classArchive = '' } = await startAgain(cacheFolder);
    await harm(classArchive);
    expect(await startAgain(cacheFolder)).toEqual({ programs: ['submit'], classArchive });
    expect(await readFile(classArchive, 'utf8')).toBe('classes');
  });

  test('is made for each Java, and once for its build', async () => {
    const cacheFolder = await makeFolder();
    const first = await startAgain(cacheFolder);
    const other = { ...JAVA, home: '/opt/other' };
    const second = await startAgain(cacheFolder, { java: other });
    expect(second.programs).toEqual(['submit']);
    expect(second.classArchive).not.toBe(first.classArchive);
    expect(await startAgain(cacheFolder)).toEqual({ programs: [], classArchive: first.classArchive });
    const updated = { ...JAVA, build: '17.0.16+8' };
    expect(await startAgain(cacheFolder, { java: updated })).toEqual({
      programs: ['submit'],
      classArchive: first.classArchive,
    });
  });

  test('is not recorded when the work is given up', async () => {
    const cacheFolder = await makeFolder();
    const controller = new AbortController();
    const submit = async (_args: readonly string[], { cwd = '' }: { cwd?: string }) => {
      await write(join(cwd, 'spark.jsa'), 'cla');
      controller.abort(new Error('Ctrl-C'));
      throw new Error('killed by SIGTERM');
    };
    const machine = makeMachine(cacheFolder, { submit });
    const attempt = ensureArtifacts({ ...makeOptions(cacheFolder, machine.run), signal: controller.signal });
    await expect(attempt).rejects.toThrow('Ctrl-C');
    expect((await startAgain(cacheFolder)).programs).toEqual(['submit']);
  });
});
