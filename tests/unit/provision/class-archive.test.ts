import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArtifactOptions, ensureArtifacts } from '../../../src/provision/artifacts.js';
import {
  argumentOf,
  fail,
  JAVA,
  makeFolder,
  makeMachine,
  makeOptions,
  removeFolders,
  succeed,
  write,
} from './stand-ins.js';

afterEach(removeFolders);

/** What a second start of the same machine runs, and where it says the archive is. */
async function startAgain(cacheFolder: string, options: Partial<ArtifactOptions> = {}) {
  const machine = makeMachine(cacheFolder);
  const { classArchive } = await ensureArtifacts({ ...makeOptions(cacheFolder, machine.run), ...options });
  return { programs: machine.programs(), classArchive };
}

/** The paths of all archives' files in a cache. */
async function archives(cacheFolder: string): Promise<string[]> {
  const names = await readdir(join(cacheFolder, 'venv'), { recursive: true });
  return names.filter((name) => /class-archives\/./.test(name)).map((name) => join(cacheFolder, 'venv', name));
}

describe('the archive of classes', () => {
  test('is made with the class path of later starts, away from other installations, and nothing else is left', async () => {
    const cacheFolder = await makeFolder();
    const machine = makeMachine(cacheFolder);
    const options = makeOptions(cacheFolder, machine.run);
    const env = { PATH: '/usr/bin', JAVA_TOOL_OPTIONS: '-Xshare:off' };
    const { classArchive = '', sparkHome, connectorJars, localFilesJar } = await ensureArtifacts({ ...options, env });
    const {
      file,
      args,
      options: how,
    } = machine.calls.find(({ program }) => program === 'submit') as (typeof machine.calls)[0];
    expect(file).toBe(join(sparkHome, 'bin', 'spark-submit'));
    expect(argumentOf(args, '--driver-java-options')).toContain('-XX:ArchiveClassesAtExit=spark.jsa');
    expect(argumentOf(args, '--driver-class-path')).toBe([localFilesJar, ...connectorJars].join(':'));
    expect(how.env).toMatchObject({ SPARK_CONF_DIR: join(sparkHome, 'no-conf'), SPARK_LOCAL_IP: '127.0.0.1' });
    expect(how.env).not.toHaveProperty('JAVA_TOOL_OPTIONS');
    expect(await readdir(join(sparkHome, 'no-conf'))).toEqual([]);
    expect(await readFile(classArchive, 'utf8')).toBe('classes');
    expect(await readdir(join(cacheFolder, 'incoming'))).toEqual([]);
    expect(await startAgain(cacheFolder)).toEqual({ programs: [], classArchive });
  });

  test.each([
    ['ends with an error', async () => fail('x\nUnable to use shared archive'), 'Unable to use shared archive'],
    ['says that all is well and leaves none', async () => succeed(), `${JAVA.binary} left no archive`],
    ['takes too long', () => Promise.reject(new Error('it took too long')), 'it took too long'],
  ])('is done without where its Java %s, and tried again a day later', async (_, submit, reason) => {
    const cacheFolder = await makeFolder();
    const machine = makeMachine(cacheFolder, { submit });
    const options = makeOptions(cacheFolder, machine.run);
    expect(await ensureArtifacts(options)).not.toHaveProperty('classArchive');
    expect(machine.programs()).toContain('submit');
    expect(await startAgain(cacheFolder)).toEqual({ programs: [], classArchive: undefined });
    const [record = ''] = await archives(cacheFolder);
    const tried = JSON.parse(await readFile(record, 'utf8')) as { triedAt: string; reason: string };
    expect(tried.reason).toBe(reason);
    const dayBefore = new Date(Date.parse(tried.triedAt) - 24 * 3_600_000).toISOString();
    await writeFile(record, JSON.stringify({ ...tried, triedAt: dayBefore }));
    expect(await startAgain(cacheFolder)).toMatchObject({ programs: ['submit'] });
  });

  test('is not made in a cache that takes no more, and the start goes on with a warning', async () => {
    const cacheFolder = await makeFolder();
    const first = await startAgain(cacheFolder);
    await rm(first.classArchive ?? '');
    await rm(join(cacheFolder, 'incoming'), { recursive: true });
    await writeFile(join(cacheFolder, 'incoming'), 'no folder');
    const options = makeOptions(cacheFolder, makeMachine(cacheFolder).run);
    expect(await ensureArtifacts(options)).not.toHaveProperty('classArchive');
    expect(options.report.warnings.join()).toContain('Spark starts slowly, since its classes could not be archived: ');
  });

  test('is made anew for another build of Java', async () => {
    const cacheFolder = await makeFolder();
    await startAgain(cacheFolder);
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

  test('that an earlier version made, with another class path, is made anew', async () => {
    const cacheFolder = await makeFolder();
    const { classArchive = '' } = await startAgain(cacheFolder);
    const record = JSON.parse(await readFile(`${classArchive}.json`, 'utf8')) as { madeFrom?: string };
    const { madeFrom, ...older } = record;
    expect(madeFrom).toMatch(/^[0-9a-f]{16}$/);
    await writeFile(`${classArchive}.json`, JSON.stringify(older));
    expect(await startAgain(cacheFolder)).toEqual({ programs: ['submit'], classArchive });
    expect(JSON.parse(await readFile(`${classArchive}.json`, 'utf8'))).toMatchObject({ madeFrom });
  });

  test('is made anew for jars that were written again, since Java compares also their times', async () => {
    const cacheFolder = await makeFolder();
    await startAgain(cacheFolder);
    const { connectorJars } = await ensureArtifacts(makeOptions(cacheFolder, makeMachine(cacheFolder).run));
    await utimes(connectorJars[0] ?? '', 1_000, 1_000);
    expect(await startAgain(cacheFolder)).toMatchObject({ programs: ['submit'] });
  });

  test('is made for each Java, and taken away when that is gone', async () => {
    const cacheFolder = await makeFolder();
    const [one, other] = [
      { ...JAVA, home: await makeFolder() },
      { ...JAVA, home: await makeFolder() },
    ];
    const first = await startAgain(cacheFolder, { java: one });
    const second = await startAgain(cacheFolder, { java: other });
    expect(second.programs).toEqual(['submit']);
    expect(second.classArchive).not.toBe(first.classArchive);
    expect(await startAgain(cacheFolder, { java: one })).toEqual({ programs: [], classArchive: first.classArchive });
    await rm(one.home, { recursive: true });
    const { classArchive = '' } = await startAgain(cacheFolder, { java: { ...other, build: '17.0.16+8' } });
    expect((await archives(cacheFolder)).sort()).toEqual([classArchive, `${classArchive}.json`]);
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
