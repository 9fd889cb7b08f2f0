import { javaProxyArguments } from '../../../src/provision/java-proxy.js';
import { findMavenMirror } from '../../../src/provision/mirrors.js';
import { describePipIndex } from '../../../src/provision/pip-index.js';
import { fail, succeed } from './stand-ins.js';

const settings = (...mirrors: string[]) =>
  `<?xml version="1.0"?>\n<settings xmlns="urn:maven-settings"><mirrors>${mirrors.join('')}</mirrors></settings>`;
const mirror = (mirrorOf: string, url = 'https://m.example/maven', more = '') =>
  `<mirror><id>m</id><url>${url}</url><mirrorOf>${mirrorOf}</mirrorOf>${more}</mirror>`;

describe('findMavenMirror', () => {
  test.each([
    ['central', true],
    [' central ', true],
    ['*', true],
    ['external:*', true],
    ['*,!snapshots', true],
    ['snapshots,central', true],
    ['snapshots, *', true],
    ['*,!central', false],
    ['external:*, !central', false],
    ['external:http:*', false],
    ['central2', false],
    ['', false],
  ])('mirrorOf "%s" covers central: %s', (mirrorOf, covers) => {
    const found = findMavenMirror({ settingsXml: settings(mirror(mirrorOf)) });
    expect(found).toEqual(covers ? { url: 'https://m.example/maven', from: 'settings.xml' } : undefined);
  });

  test.each([
    [
      'the first that fits',
      [mirror('*', 'https://a.example/'), mirror('*', 'https://b.example/')],
      'https://a.example/',
    ],
    [
      'exactly central before a pattern',
      [mirror('*', 'https://a.example/'), mirror('central', 'https://b.example/')],
      'https://b.example/',
    ],
    [
      'none that is blocked',
      [mirror('*', 'http://0.0.0.0/', '<blocked>true</blocked>'), mirror('*', 'file:///srv/m2')],
      'file:///srv/m2',
    ],
    ['a URL without its credentials', [mirror('*', 'https://me:secret@a.example/m')], 'https://a.example/m'],
  ])('takes %s', (_what, mirrors, url) => {
    expect(findMavenMirror({ settingsXml: settings(...mirrors) })?.url).toBe(url);
  });

  test.each([
    ['there are no mirrors', '<settings><servers><server><password>x</password></server></servers></settings>'],
    ['the list is empty', settings()],
    ['the file is empty', ''],
  ])('finds nothing when %s', (_what, settingsXml) => {
    expect(findMavenMirror({ settingsXml })).toBeUndefined();
  });

  test('takes the configured URL before the settings', () => {
    const found = findMavenMirror({ configured: 'http://nexus:8081/central/', settingsXml: settings(mirror('*')) });
    expect(found).toEqual({ url: 'http://nexus:8081/central/', from: 'mirrors.maven' });
  });

  test.each([
    ['https://me:secret@m.example/', 'holds a user name or password'],
    ['ftp://m.example/', 'is a ftp: URL'],
    ['m.example/maven', 'is not a URL: m.example/maven'],
  ])('refuses to take %s as mirrors.maven', (configured, reason) => {
    expect(() => findMavenMirror({ configured })).toThrow(reason);
    expect(() => findMavenMirror({ configured })).not.toThrow('secret');
  });

  test.each([
    ['<settings><mirrors></settings>', /settings\.xml is broken: line 1: /],
    ['not XML at all', /settings\.xml is broken/],
    ['<project/>', /broken: there is no <settings> in it/],
  ])('says that %s is broken', (settingsXml, message) => {
    expect(() => findMavenMirror({ settingsXml })).toThrow(message);
    expect(() => findMavenMirror({ settingsXml })).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  test('says which URL it cannot use', () => {
    const placeholder = `$${'{env.NEXUS}'}/maven`;
    const settingsXml = settings(mirror('*', placeholder));
    expect(() => findMavenMirror({ settingsXml })).toThrow(`settings.xml is not a URL: ${placeholder}`);
  });
});

describe('javaProxyArguments', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['no proxy', { NO_PROXY: 'localhost' }, []],
    [
      'a host with a port',
      { https_proxy: 'proxy.example:3128' },
      ['-Dhttps.proxyHost=proxy.example', '-Dhttps.proxyPort=3128'],
    ],
    [
      'a URL without one',
      { HTTP_PROXY: 'http://proxy.example/' },
      ['-Dhttp.proxyHost=proxy.example', '-Dhttp.proxyPort=80'],
    ],
    [
      'small letters first',
      { HTTP_PROXY: 'http://a:1', http_proxy: 'http://b:2' },
      ['-Dhttp.proxyHost=b', '-Dhttp.proxyPort=2'],
    ],
    ['credentials, left out', { HTTP_PROXY: 'http://me:secret@a:1' }, ['-Dhttp.proxyHost=a', '-Dhttp.proxyPort=1']],
    ['another kind of proxy', { HTTPS_PROXY: 'socks5://a:1080' }, []],
    [
      'exceptions',
      { http_proxy: 'http://a:1', no_proxy: 'localhost, .corp.example,10.0.0.0/8,nexus:8081,,*.x.example' },
      [
        '-Dhttp.proxyHost=a',
        '-Dhttp.proxyPort=1',
        '-Dhttp.nonProxyHosts=localhost|*.localhost|corp.example|*.corp.example|nexus|*.nexus|x.example|*.x.example',
      ],
    ],
    [
      'an exception for all',
      { http_proxy: 'http://a:1', no_proxy: '*' },
      ['-Dhttp.proxyHost=a', '-Dhttp.proxyPort=1', '-Dhttp.nonProxyHosts=*'],
    ],
  ])('knows %s', (_what, env, expected) => {
    expect(javaProxyArguments(env)).toEqual(expected);
  });
});

describe('describePipIndex', () => {
  test.each([
    ["global.index-url='https://me:secret@i.example:8443/simple'\n", 'i.example:8443'],
    ["global.index-url='https://a.example/s'\n:env:.index-url='https://b.example/s'\n", 'b.example'],
    ["global.extra-index-url='https://a.example/s'\n", undefined],
    ['', undefined],
  ])('reads %j', async (stdout, host) => {
    expect(await describePipIndex(async () => succeed(stdout), 'python3', {})).toBe(host);
  });

  test('knows nothing without pip', async () => {
    expect(await describePipIndex(async () => fail('No module named pip'), 'python3', {})).toBeUndefined();
  });
});
