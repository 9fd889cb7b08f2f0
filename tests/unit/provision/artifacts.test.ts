import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeMissing, ensureArtifacts } from '../../../src/provision/artifacts.js';
import type { CommandResult } from '../../../src/provision/run-command.js';
import { argumentOf, LOCK, makeFolder, makeMachine, makeOptions, PYTHON, removeFolders, write } from './stand-ins.js';

afterEach(removeFolders);

/** Waits for ever, as a download on a dead line does, until the signal ends it. */
function hang(signal?: AbortSignal): Promise<CommandResult> {
  return new Promise((_resolve, reject) => {
    const end = () => reject(new Error('killed by SIGTERM'));
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end);
  });
}

describe('ensureArtifacts', () => {
  test('fetches everything at the first start, both jar sets in one run of Ivy', async () => {
    const cacheFolder = await makeFolder();
    const machine = makeMachine(cacheFolder);
    const options = makeOptions(cacheFolder, machine.run);
    const artifacts = await ensureArtifacts(options);
    expect(machine.programs()).toEqual(['venv', 'pip', 'ivy', 'submit']);
    expect(await readdir(artifacts.brokerJars)).toEqual(['kafka-clients-4.4.0.jar', 'kafka_2.13-4.4.0.jar']);
    expect(await Promise.all(artifacts.connectorJars.map((jar) => readFile(jar, 'utf8')))).toEqual([
      'the connector',
      'the old clients',
    ]);
    expect(options.report.steps).toEqual([
      'Install PySpark 4.2.0 for Python 3.11',
      'Download 4 jars for the broker and the connector',
      'Prepare quick starts of Spark',
    ]);
    expect(await readdir(join(cacheFolder, 'incoming'))).toEqual([]);
  });

  test('runs nothing, takes no lock and says nothing at the second start', async () => {
    const cacheFolder = await makeFolder();
    const first = await ensureArtifacts(makeOptions(cacheFolder, makeMachine(cacheFolder).run));
    const machine = makeMachine(cacheFolder);
    const withLock = () => Promise.reject(new Error('took the lock'));
    const options = { ...makeOptions(cacheFolder, machine.run), withLock };
    expect(await ensureArtifacts(options)).toEqual(first);
    expect(machine.calls).toEqual([]);
    expect(options.report.steps).toEqual([]);
  });

  test('checks again under the lock: what another process brought meanwhile is not fetched twice', async () => {
    const cacheFolder = await makeFolder();
    const machine = makeMachine(cacheFolder);
    const options = makeOptions(cacheFolder, machine.run);
    const other = makeOptions(cacheFolder, makeMachine(cacheFolder).run);
    const withLock = async <T>(_path: string, work: () => Promise<T>) => {
      await ensureArtifacts(other);
      return work();
    };
    await ensureArtifacts({ ...options, withLock });
    expect(machine.calls).toEqual([]);
  });

  test('an abort during the download of jars rejects, leaves no temporary files and nothing that is used', async () => {
    const cacheFolder = await makeFolder();
    const controller = new AbortController();
    const machine = makeMachine(cacheFolder, {
      ivy: async (args, { signal }) => {
        const half = argumentOf(args, '-retrieve').replace('[conf]/[artifact]-[revision].[ext]', 'broker/half.jar');
        await write(half, 'the bro');
        setTimeout(() => controller.abort(new Error('Ctrl-C')), 50);
        return hang(signal);
      },
    });
    const attempt = ensureArtifacts({ ...makeOptions(cacheFolder, machine.run), signal: controller.signal });
    await expect(attempt).rejects.toThrow('Ctrl-C');
    expect(await readdir(join(cacheFolder, 'incoming'))).toEqual([]);
    expect(await readdir(cacheFolder)).not.toContain('broker');
  });

  test('an abort while pip works removes the unfinished venv', async () => {
    const cacheFolder = await makeFolder();
    const controller = new AbortController();
    const machine = makeMachine(cacheFolder, {
      pip: (_args, { signal }) => {
        setTimeout(() => controller.abort(new Error('Ctrl-C')), 50);
        return hang(signal);
      },
    });
    const options = { ...makeOptions(cacheFolder, machine.run), signal: controller.signal };
    await expect(ensureArtifacts(options)).rejects.toThrow('Ctrl-C');
    expect(machine.programs()).toEqual(['venv', 'pip']);
    expect(await readdir(join(cacheFolder, 'incoming'))).toEqual([]);
  });

  test('removes what an earlier, killed download left', async () => {
    const cacheFolder = await makeFolder();
    await write(join(cacheFolder, 'incoming/work-old/half.jar'), 'half');
    await ensureArtifacts(makeOptions(cacheFolder, makeMachine(cacheFolder).run));
    expect(await readdir(join(cacheFolder, 'incoming'))).toEqual([]);
  });

  test('names the cache folder when it cannot be made', async () => {
    const cacheFolder = join(await makeFolder(), 'a-file');
    await writeFile(cacheFolder, '');
    const attempt = ensureArtifacts(makeOptions(cacheFolder, makeMachine(cacheFolder).run));
    await expect(attempt).rejects.toMatchObject({ code: 'CACHE_FOLDER', exitCode: 3, folder: cacheFolder });
  });
});

describe('describeMissing', () => {
  test('lists everything for an empty cache, even without a Python', async () => {
    const missing = await describeMissing({ cacheFolder: await makeFolder(), lock: LOCK });
    expect(missing.map(({ what }) => what)).toEqual(['PySpark 4.2.0', '2 of 2 broker jars', '2 of 2 connector jars']);
  });

  test('lists only what is gone, and nothing for a full cache', async () => {
    const cacheFolder = await makeFolder();
    const options = { cacheFolder, lock: LOCK, python: PYTHON };
    const { brokerJars } = await ensureArtifacts(makeOptions(cacheFolder, makeMachine(cacheFolder).run));
    expect(await describeMissing(options)).toEqual([]);
    await rm(join(brokerJars, 'kafka_2.13-4.4.0.jar'));
    await mkdir(brokerJars, { recursive: true });
    expect(await describeMissing(options)).toEqual([{ what: '1 of 2 broker jars', megabytes: 1 }]);
  });
});
