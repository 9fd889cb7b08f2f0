import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { type Artifacts, ensureArtifacts } from '../../../src/provision/artifacts.js';
import { renderIvySettings } from '../../../src/provision/ivy-files.js';
import {
  argumentOf,
  CONTENTS,
  fail,
  makeFolder,
  makeMachine,
  makeOptions,
  removeFolders,
  retrieveJars,
  write,
} from './stand-ins.js';

afterEach(() => {
  jest.useRealTimers();
  return removeFolders();
});

const CLIENTS = 'kafka-clients-4.4.0.jar';
const MIRROR = { url: 'https://mirror.example/maven', from: 'settings.xml' } as const;

async function fillCache(): Promise<{ cacheFolder: string; artifacts: Artifacts }> {
  const cacheFolder = await makeFolder();
  const artifacts = await ensureArtifacts(makeOptions(cacheFolder, makeMachine(cacheFolder).run));
  return { cacheFolder, artifacts };
}

describe('jars in the cache', () => {
  test.each([
    ['with a flipped byte', (path: string) => writeFile(path, 'the mew clients')],
    ['that was truncated', (path: string) => truncate(path, 4)],
    ['that was emptied', (path: string) => truncate(path, 0)],
  ])('a jar %s is fetched again, and only that one', async (_how, damage) => {
    const { cacheFolder, artifacts } = await fillCache();
    const jar = join(artifacts.brokerJars, CLIENTS);
    await damage(jar);
    let module = '';
    const machine = makeMachine(cacheFolder, {
      ivy: async (args) => {
        module = await readFile(argumentOf(args, '-ivy'), 'utf8');
        return retrieveJars(args);
      },
    });
    const options = makeOptions(cacheFolder, machine.run);
    await ensureArtifacts(options);
    expect(await readFile(jar, 'utf8')).toBe('the new clients');
    expect(module.match(/<dependency .*>/g)).toEqual([
      '<dependency org="org.apache.kafka" name="kafka-clients" rev="4.4.0" conf="broker->default" transitive="false">',
    ]);
    expect(options.report.steps).toEqual(['Download 1 jar for the broker']);
  });

  test('a file that the lock does not know leaves the class path, without any download', async () => {
    const { cacheFolder, artifacts } = await fillCache();
    await write(join(artifacts.brokerJars, 'log4j-1.2.jar'), 'old');
    await write(join(artifacts.brokerJars, 'folder', 'nested.jar'), 'old');
    const machine = makeMachine(cacheFolder);
    await ensureArtifacts(makeOptions(cacheFolder, machine.run));
    expect(machine.calls).toEqual([]);
    expect(await readdir(artifacts.brokerJars)).toEqual([CLIENTS, 'kafka_2.13-4.4.0.jar']);
  });

  test.each([
    ['of the same size', 'THE NEW CLIENTS'],
    ['such as a sign-in page', '<html>Please sign in</html>'],
  ])('another file %s is refused, thrown away and never used', async (_how, text) => {
    const cacheFolder = await makeFolder();
    const machine = makeMachine(cacheFolder, { ivy: (args) => retrieveJars(args, { ...CONTENTS, [CLIENTS]: text }) });
    const attempt = ensureArtifacts({ ...makeOptions(cacheFolder, machine.run), mirror: MIRROR });
    await expect(attempt).rejects.toMatchObject({
      code: 'ARTIFACT_DAMAGED',
      exitCode: 5,
      file: CLIENTS,
      found: { bytes: text.length },
      message: expect.stringMatching(/^kafka-clients-4\.4\.0\.jar .* expected sha512 [0-9a-f]{12}… .*, found sha512/),
      hint: expect.stringContaining('https://mirror.example/maven (settings.xml)'),
    });
    expect(await readdir(cacheFolder)).not.toContain('broker');
    expect(await readdir(join(cacheFolder, 'incoming'))).toEqual([]);
  });
});

const NOT_FOUND = `
		module not found: org.apache.kafka#kafka-clients;4.4.0
		::          UNRESOLVED DEPENDENCIES         ::
		:: org.apache.kafka#kafka-clients;4.4.0: not found
		:: org.apache.kafka#kafka_2.13;4.4.0: not found
`;
const REFUSED = `${NOT_FOUND}
:::: ERRORS
	Server access error at url https://u:secret@mirror.example/k.jar (java.net.ConnectException: Connection refused)
`;

describe('a failing Ivy', () => {
  test.each([
    [NOT_FOUND, 'org.apache.kafka:kafka-clients:4.4.0 and 1 more: the repository does not have it'],
    [REFUSED, 'org.apache.kafka:kafka-clients:4.4.0 and 1 more: ConnectException: Connection refused'],
    ['\tHost nowhere.example not found. url=x\n', "Kafka's jars: host nowhere.example not found"],
    ['[FAILED     ] org.a#b;1!b.jar: Read timed out (5ms)\n', 'org.a:b:1: Read timed out'],
    ['', "Kafka's jars: Ivy said nothing"],
  ])('is reported with the missing jar and the reason (%#)', async (output, expected) => {
    const cacheFolder = await makeFolder();
    const machine = makeMachine(cacheFolder, { ivy: async () => fail('', output) });
    const error = await ensureArtifacts(makeOptions(cacheFolder, machine.run)).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'DOWNLOAD_FAILED', exitCode: 5, retriable: true });
    expect(error.message).toContain(`Could not download ${expected}`);
    expect(error.hint).toContain('mirrors.maven');
  });

  test('is given up when no repository has answered for any jar in 50 seconds', async () => {
    const cacheFolder = await makeFolder();
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    const machine = makeMachine(cacheFolder, {
      ivy: async (_args, { signal }) => {
        jest.advanceTimersByTime(50_000);
        signal?.throwIfAborted();
        return fail('still alive');
      },
    });
    const attempt = ensureArtifacts(makeOptions(cacheFolder, machine.run));
    await expect(attempt).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', reason: 'no answer within 50 s' });
  });

  test('with a full disk is no network trouble', async () => {
    const cacheFolder = await makeFolder();
    const machine = makeMachine(cacheFolder, { ivy: async () => fail('java.io.IOException: No space left on device') });
    const attempt = ensureArtifacts(makeOptions(cacheFolder, machine.run));
    await expect(attempt).rejects.toMatchObject({ code: 'NO_SPACE', exitCode: 3 });
  });

  test('is given the mirror as its only root, and the proxies of the environment', async () => {
    const cacheFolder = await makeFolder();
    let settings = '';
    const machine = makeMachine(cacheFolder, {
      ivy: async (args) => {
        settings = await readFile(argumentOf(args, '-settings'), 'utf8');
        return retrieveJars(args);
      },
    });
    const env = { HTTPS_PROXY: 'http://proxy.example:3128' };
    await ensureArtifacts({ ...makeOptions(cacheFolder, machine.run), env, mirror: MIRROR });
    expect(settings).toContain('<ibiblio name="central" root="https://mirror.example/maven" m2compatible="true"');
    expect(machine.calls.find(({ program }) => program === 'ivy')?.args.slice(0, 2)).toEqual([
      '-Dhttps.proxyHost=proxy.example',
      '-Dhttps.proxyPort=3128',
    ]);
  });

  test('a mirror URL cannot break out of its attribute', () => {
    const settings = renderIvySettings({ url: 'https://m.example/?a="><x>&b', from: 'mirrors.maven' });
    expect(settings).toContain('root="https://m.example/?a=&quot;>&lt;x>&amp;b"');
  });
});
