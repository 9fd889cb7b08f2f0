import { writeFileSync } from 'node:fs';
import { type ConfigOverrides, loadConfig } from '../../../src/project/config.js';
import { findProject } from '../../../src/project/project-folder.js';
import { TARGET_NAMES } from '../../../src/targets/registry/registry.js';
import { failureOf } from '../failure-of.js';
import { temporaryFolder } from '../temporary-folder.js';

const root = temporaryFolder();
const project = findProject(root, '.');

/** The configuration that comes of this millrace.yaml, these variables and these flags. */
function load(file: string, env: Record<string, string> = {}, flags: ConfigOverrides = {}) {
  writeFileSync(project.configFile, file);
  return loadConfig(project, { env, flags, targets: TARGET_NAMES });
}

const usualPorts = { broker: 9092, controller: 9093, master: 7077, masterUi: 8080, workerUi: 8081 };

describe('loadConfig', () => {
  test('has defaults for a project without a file', async () => {
    expect(await loadConfig(findProject(root, 'absent'), { env: {}, flags: {}, targets: TARGET_NAMES })).toEqual({
      said: [],
      target: 'auto',
      workers: 2,
      workerCores: 2,
      ports: usualPorts,
      mirrors: {},
      coordination: 'kraft',
      allowVulnerable: false,
    });
  });

  test.each([
    ['an empty file', ''],
    ['a file of comments', '# nothing yet\n'],
  ])('has defaults for %s', async (_, file) => {
    expect(await load(file)).toMatchObject({ workers: 2, ports: usualPorts });
  });

  test('file goes before defaults, environment before file, flags before environment', async () => {
    const file = 'workers: 3\nworkerCores: 4\nworkerMemoryMb: 1024\njava: /file\n';
    const env = { MILLRACE_WORKER_CORES: '5', MILLRACE_WORKER_MEMORY_MB: '2048', MILLRACE_JAVA: '/env' };
    expect(await load(file, env, { workerMemoryMb: 4096, java: undefined })).toMatchObject({
      target: 'auto',
      workers: 3,
      workerCores: 5,
      workerMemoryMb: 4096,
      java: '/env',
    });
  });

  test('takes what the docker target can be told from the file', async () => {
    const file =
      'target: docker\ncoordination: zookeeper\nsparkVersion: 3.5.8\nallowVulnerable: true\nmirrors: {images: "localhost:5000/hub/x"}\n';
    const settings = {
      target: 'docker',
      coordination: 'zookeeper',
      sparkVersion: '3.5.8',
      allowVulnerable: true,
      mirrors: { images: 'localhost:5000/hub/x' },
    };
    expect(await load(file)).toMatchObject({ ...settings, said: Object.keys(settings) });
  });

  test('takes it from variables and flags, and leaves what the file says beside it', async () => {
    const file =
      'coordination: kraft\nsparkVersion: 4.2.0\nmirrors: {maven: "https://m.example.com", images: file.example.com}\n';
    const env = {
      MILLRACE_COORDINATION: 'zookeeper',
      MILLRACE_SPARK_VERSION: '3.5.8',
      MILLRACE_MIRRORS_IMAGES: 'registry.example.com/hub',
    };
    const mirrors = { maven: 'https://m.example.com', images: 'registry.example.com/hub' };
    expect(await load(file, env)).toMatchObject({ coordination: 'zookeeper', sparkVersion: '3.5.8', mirrors });
    const flags = { coordination: 'kraft', sparkVersion: '3.5.7', allowVulnerable: true } as const;
    expect(await load(file, env, flags)).toMatchObject({ ...flags, mirrors });
  });

  test('knows a default from the same value that somebody has said', async () => {
    const { said } = await load('workers: 2\n', { MILLRACE_COORDINATION: 'kraft' }, { ports: undefined });
    expect(said).toEqual(['workers', 'coordination']);
  });

  test('an empty variable says nothing', async () => {
    expect(await load('workers: 3\n', { MILLRACE_WORKERS: '' })).toMatchObject({ workers: 3 });
  });

  test('a variable of another program says nothing', async () => {
    expect(await load('', { WORKERS: '7', MILLRACE_PROJECT: '/x', MILLRACE_CACHE: '/y' })).toMatchObject({
      workers: 2,
    });
  });

  describe('ports', () => {
    test.each<[string, string, Record<string, string>, ConfigOverrides, unknown]>([
      ['auto in the file', 'ports: auto\n', {}, {}, 'auto'],
      ['auto in the environment', 'ports: {broker: 1234}\n', { MILLRACE_PORTS: 'auto' }, {}, 'auto'],
      ['auto as a flag', 'ports: {broker: 1234}\n', {}, { ports: 'auto' }, 'auto'],
      ['one in the file', 'ports: {broker: 1234}\n', {}, {}, { ...usualPorts, broker: 1234 }],
      [
        'one in the environment beside those in the file',
        'ports: {broker: 1, masterUi: 2}\n',
        { MILLRACE_PORTS_BROKER: '3' },
        {},
        { ...usualPorts, broker: 3, masterUi: 2 },
      ],
      [
        'two in the environment',
        '',
        { MILLRACE_PORTS_BROKER: '3', MILLRACE_PORTS_MASTER: '4' },
        {},
        { ...usualPorts, broker: 3, master: 4 },
      ],
      [
        'one in the environment before auto in the file',
        'ports: auto\n',
        { MILLRACE_PORTS_BROKER: '3' },
        {},
        { ...usualPorts, broker: 3 },
      ],
    ])('takes %s', async (_, file, env, flags, ports) => {
      expect((await load(file, env, flags)).ports).toEqual(ports);
    });
  });

  test('names every mistake at once, each with its place', async () => {
    const file =
      "target: moon\nworkers: 0\nworkerCores: many\nworkerMemoryMb: 1.5\nports: {broker: 70000}\nmirrors: {maven: 3, images: 'https://x y'}\ncoordination: paxos\nsparkVersion: 3.5\nallowVulnerable: perhaps\ncolour: red\n";
    const failure = (await failureOf(load(file, { MILLRACE_PORTS_MASTER: 'x' }))) as Error;
    expect(failure).toMatchObject({ code: 'USAGE', exitCode: 2, hint: expect.stringContaining(project.configFile) });
    expect(failure.message).toMatch(/^The configuration has 12 mistakes:\n/);
    for (const place of [
      'target',
      'workers',
      'workerCores',
      'workerMemoryMb',
      'ports.broker',
      'ports.master',
      'mirrors.maven',
      'mirrors.images',
      'coordination',
      'sparkVersion',
      'allowVulnerable',
      'the whole',
    ]) {
      expect(failure.message).toContain(`\n  ${place}: `);
    }
    expect(failure.message).toContain('colour');
  });

  test.each([
    ['workers: 17\n', {}, 'workers'],
    ['', { MILLRACE_WORKERS: 'two' }, 'workers'],
    ['', { MILLRACE_WORKERS: '1.5' }, 'workers'],
    ['', { MILLRACE_PORTS: 'any' }, 'ports'],
    ['ports: 9092\n', {}, 'ports'],
    ['target: moon\n', {}, 'target'],
    ['coordination: paxos\n', {}, 'coordination'],
    ['', { MILLRACE_COORDINATION: 'paxos' }, 'coordination'],
    ['sparkVersion: 3.5\n', {}, 'sparkVersion'],
    ['sparkVersion: "3.5"\n', {}, 'sparkVersion'],
    ['sparkVersion: 3.5.8-rc1\n', {}, 'sparkVersion'],
    ['', { MILLRACE_SPARK_VERSION: '3.5' }, 'sparkVersion'],
    ['allowVulnerable: perhaps\n', {}, 'allowVulnerable'],
    ["mirrors: {images: 'https://x y'}\n", {}, 'mirrors.images'],
    ["mirrors: {images: 'https://registry.example.com/hub'}\n", {}, 'mirrors.images'],
    ['mirrors: {images: registry.example.com/}\n', {}, 'mirrors.images'],
    ['mirrors: {images: ""}\n', {}, 'mirrors.images'],
    ['', { MILLRACE_MIRRORS_IMAGES: 'https://x y' }, 'mirrors.images'],
  ])('names the one mistake of %p with %j', async (file, env, place) => {
    const failure = (await failureOf(load(file, env as Record<string, string>))) as Error;
    expect(failure.message).toMatch(new RegExp(`^The configuration has a mistake:\n  ${place}: [^\n]+$`));
  });

  test.each([
    ['is not YAML', 'workers: [1\n'],
    ['has a key twice', 'workers: 1\nworkers: 2\n'],
    ['is a list', '- workers\n'],
    ['is a word', 'workers\n'],
  ])('names a file that %s', async (_, file) => {
    const failure = (await failureOf(load(file))) as Error;
    expect(failure).toMatchObject({ code: 'USAGE', exitCode: 2 });
    expect(failure.message).toMatch(new RegExp(`^${project.configFile} cannot be read as YAML: [^\n]+$`));
  });
});
