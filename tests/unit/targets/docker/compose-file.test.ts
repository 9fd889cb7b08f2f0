import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse, parseDocument } from 'yaml';
import { packagePath } from '../../../../src/project/package-files.js';
import { parseLock } from '../../../../src/provision/lock-file.js';
import {
  type ComposeValues,
  composeArguments,
  fillCompose,
  writeComposeFiles,
} from '../../../../src/targets/docker/compose-file.js';
import { DockerFolders } from '../../../../src/targets/docker/docker-state.js';
import { describeSparkImage } from '../../../../src/targets/docker/spark-image.js';
import { temporaryFolder } from '../../temporary-folder.js';

const read = (...path: string[]) => readFileSync(packagePath(...path), 'utf8');
const KRAFT = read('docker', 'compose.yaml');
const ZOOKEEPER = read('docker', 'compose.zookeeper.yaml');
const lock = parseLock(read('src', 'provision', 'artifacts.lock.json'));
const spark = await describeSparkImage(lock.spark);
const folder = temporaryFolder();

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly args: Record<string, string> };
  readonly hostname?: string;
  readonly security_opt: string[];
  readonly ports?: string[];
  readonly volumes?: string[];
  readonly mem_limit?: string;
  readonly command?: string | string[];
  readonly environment: Record<string, string>;
  readonly depends_on?: Record<string, { condition: string }>;
  readonly healthcheck?: { readonly test: string[] };
}
interface Compose {
  readonly name?: string;
  readonly services: Record<string, Service>;
  readonly volumes: Record<string, null>;
}

const valuesFor = (workers: number): ComposeValues => ({
  project: '/home/me/cars',
  name: 'millrace-1a2b3c4d',
  coordination: 'kraft',
  ports: {
    broker: 19_092,
    masterUi: 18_080,
    workerUis: Array.from({ length: workers }, (_, index) => 18_101 + 2 * index),
    driverUi: 14_040,
    driverUis: workers * 3,
  },
  size: { workers, workerCores: 3, workerMemoryMb: 1536, isSmall: true },
  spark,
  mirrors: { images: undefined, maven: undefined, pip: undefined },
});

/** The tag tells compose how to merge; what it stands before is read as it is. */
const parseCompose = (text: string) =>
  parse(text.replace(/ ![a-z]+\b/g, ''), { merge: true, logLevel: 'error' }) as Compose;
const fill = (workers: number, more: Partial<ComposeValues> = {}, text = KRAFT) =>
  parseCompose(fillCompose(text, { ...valuesFor(workers), ...more }));
const megabytes = (limit: string | undefined) =>
  Number.parseInt(limit ?? '', 10) * (limit?.endsWith('g') ? 1024 : limit?.endsWith('m') ? 1 : Number.NaN);
const workerNames = (workers: number) => Array.from({ length: workers }, (_, index) => `worker-${index + 1}`);
/** As compose takes it: what begins with a dollar sign is replaced, two of them stand for one. */
const asComposeReads = (value: string) => {
  expect(value.replaceAll('$$', '')).not.toContain('$');
  return value.replaceAll('$$', '$');
};

describe.each([1, 2, 5])('the compose file filled for %d workers', (workers) => {
  const text = fillCompose(KRAFT, valuesFor(workers));
  const { name, services } = parseCompose(text);
  const { ports } = valuesFor(workers);

  test('has broker, master, init and each worker', () => {
    expect(Object.keys(services).sort()).toEqual(['broker', 'init', 'master', ...workerNames(workers)]);
    expect(name).toBe('millrace-1a2b3c4d');
  });

  test('leaves nothing to be filled in', () => {
    expect(text).not.toContain('${MILLRACE_');
    expect(text).not.toMatch(/\bundefined\b|\bNaN\b/);
  });

  test('publishes exactly the planned ports, on 127.0.0.1 alone', () => {
    const published = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(services.broker?.ports).toEqual(['127.0.0.1:19092:9092']);
    const row = `14040-${14_040 + workers * 3 - 1}`;
    expect(services.master?.ports).toEqual(['127.0.0.1:18080:18080', `127.0.0.1:${row}:${row}`]);
    expect(workerNames(workers).map((worker) => services[worker]?.ports)).toEqual(
      ports.workerUis.map((port) => [`127.0.0.1:${port}:${port}`]),
    );
    expect(published.length).toBe(3 + workers);
  });

  test('sends clients of this machine back to the published port of the broker', () => {
    const advertised = /advertised.listeners\W+(\S+)/i.exec(text)?.[1];
    expect(advertised).toBe('HOST://127.0.0.1:19092,INTERNAL://broker:29092');
  });

  test('gives each worker a host name, a page, a folder and a health check of its own', () => {
    for (const [index, worker] of workerNames(workers).entries()) {
      const page = String(ports.workerUis[index]);
      const { hostname, command, healthcheck } = services[worker] ?? {};
      expect(hostname).toBe(worker);
      const words = String(command).trim().split(/\s+/);
      expect(words[words.indexOf('--webui-port') + 1]).toBe(page);
      expect(words[words.indexOf('-d') + 1]).toBe(`/opt/data/work/${worker}`);
      expect(words[words.indexOf('-c') + 1]).toBe('3');
      expect(words[words.indexOf('-m') + 1]).toBe('1536m');
      expect(healthcheck?.test.at(-1)).toBe(`http://127.0.0.1:${page}/json/`);
    }
  });

  test('starts what needs the secret after `init` has made it', () => {
    for (const service of ['master', ...workerNames(workers)])
      expect(services[service]?.depends_on?.init).toEqual({ condition: 'service_completed_successfully' });
  });

  test('lets no container gain rights', () => {
    for (const { security_opt } of Object.values(services)) expect(security_opt).toEqual(['no-new-privileges:true']);
  });

  test('bounds the memory of every service', () => {
    const unbounded = Object.entries(services).filter(([, { mem_limit }]) => !(megabytes(mem_limit) > 0));
    expect(unbounded.map(([service]) => service)).toEqual([]);
  });

  test('lets the master hold as many drivers as can get an executor, about 1 GB each', () => {
    const drivers = workers * 3;
    expect(megabytes(services.master?.mem_limit)).toBeGreaterThanOrEqual(512 + 1024 * drivers);
  });

  test('lets a worker hold its own JVM and its executors with all that they may take', () => {
    // Spark adds at least 384 MB to the heap of an executor.
    for (const worker of workerNames(workers))
      expect(megabytes(services[worker]?.mem_limit)).toBeGreaterThanOrEqual(256 + 1536 + 3 * 384);
  });

  test('shows the secret to Spark alone', () => {
    const mounting = Object.entries(services).filter(([, { volumes }]) =>
      volumes?.some((volume) => volume.startsWith('secret:')),
    );
    expect(mounting.map(([service]) => service).sort()).toEqual(['init', 'master', ...workerNames(workers)]);
    expect(services.broker?.volumes).toEqual(['topics:/var/lib/kafka/data']);
  });

  test('looks at the health of services without a JVM', () => {
    const checks = Object.values(services).flatMap(({ healthcheck }) => healthcheck?.test.join(' ') ?? []);
    expect(checks.length).toBe(2 + workers);
    expect(checks.filter((check) => /java|kafka|spark|\.sh\b/i.test(check))).toEqual([]);
  });

  test('lets every program in it take UTF-8, also one that is started by hand: `exec` passes on what the service has', () => {
    const started = Object.entries(services).filter(([service]) => service !== 'init');
    for (const [, { environment }] of started) expect(environment).toMatchObject({ LC_ALL: 'C.UTF-8', TZ: 'UTC' });
  });

  test('is the same from a checkout with Windows line endings', () => {
    expect(fillCompose(KRAFT.replaceAll('\n', '\r\n'), valuesFor(workers))).toBe(text);
  });
});

describe('fillCompose', () => {
  test.each([
    'my cars',
    'a "quoted" one',
    'back\\slash\\n',
    `$HOME/\${HOME}/$$`,
    `\${MILLRACE_IMAGES:-}`,
    "it's $& $1 $`",
    'Žofie/autá – 車',
    '#1: {x}, [y]',
  ])('keeps %s in the addresses of mirrors as it is', (odd) => {
    const maven = `https://m.example.com/${odd}`;
    const pip = `https://p.example.com/${odd}`;
    const { services } = fill(2, { mirrors: { images: undefined, maven, pip } });
    for (const service of ['init', 'master', 'worker-1', 'worker-2']) {
      const { MAVEN_MIRROR = '', PIP_INDEX_URL = '' } = services[service]?.build?.args ?? {};
      expect([MAVEN_MIRROR, PIP_INDEX_URL].map(asComposeReads)).toEqual([maven, pip]);
    }
  });

  test('puts the mirror before the names of all public images', () => {
    const mirrors = {
      images: 'registry.example.com/hub',
      maven: 'https://m.example.com/x',
      pip: 'https://p.example.com',
    };
    const { services } = fill(1, { mirrors });
    expect(services.broker?.image).toBe(`registry.example.com/hub/apache/kafka:${lock.kafka}`);
    expect(services.init?.build?.args).toMatchObject({
      SPARK_IMAGE: `registry.example.com/hub/apache/spark:${spark.baseTag}`,
      MAVEN_MIRROR: 'https://m.example.com/x',
      PIP_INDEX_URL: 'https://p.example.com',
    });
  });

  test('builds the image of the wanted Spark, with what works with it', async () => {
    const old = await describeSparkImage('3.5.8');
    const { services } = fill(2, { spark: old });
    for (const service of ['init', 'master', 'worker-1', 'worker-2']) {
      expect(services[service]?.image).toBe(old.image);
      expect(services[service]?.build).toEqual({
        context: packagePath('docker', 'spark'),
        args: {
          SPARK_IMAGE: 'apache/spark:3.5.8-scala2.12-java17-python3-ubuntu',
          SPARK_VERSION: '3.5.8',
          SCALA_VERSION: '2.12',
          NUMPY: 'numpy>=1.21,<2',
          MAVEN_MIRROR: '',
          PIP_INDEX_URL: '',
        },
      });
    }
  });

  test('gives even the smallest master room for a training run', () => {
    const size = { workers: 1, workerCores: 1, workerMemoryMb: 1536, isSmall: true };
    expect(megabytes(fill(1, { size }).services.master?.mem_limit)).toBeGreaterThanOrEqual(512 + 1536);
  });
});

describe('the ZooKeeper layout', () => {
  const text = fillCompose(ZOOKEEPER, { ...valuesFor(5), coordination: 'zookeeper' });
  const document = parseDocument(text);
  const { services, volumes } = parseCompose(text);
  /** compose merges maps and adds to lists, but for what is tagged. */
  const isReplaced = (key: string) =>
    /^!(override|reset)$/.test((document.getIn(['services', 'broker', key], true) as { tag?: string })?.tag ?? '');

  test('adds ZooKeeper and leaves Spark as it is', () => {
    expect(Object.keys(services).sort()).toEqual(['broker', 'zookeeper']);
    expect(text).not.toContain('${MILLRACE_');
  });

  test('leaves nothing of KRaft in the broker', () => {
    const ofKraft = Object.keys(fill(5).services.broker ?? {});
    const settings = ['environment', 'configs', 'command', 'entrypoint'].filter((key) => ofKraft.includes(key));
    expect(settings.length).toBeGreaterThan(0);
    expect(settings.filter((key) => !isReplaced(key))).toEqual([]);
    const names = Object.keys(services.broker?.environment ?? {});
    expect(names).toContain('KAFKA_ZOOKEEPER_CONNECT');
    expect(names.filter((name) => /PROCESS_ROLES|NODE_ID|CONTROLLER|CLUSTER_ID|SHARE_/.test(name))).toEqual([]);
    expect(JSON.stringify(services.broker)).not.toContain('CONTROLLER');
  });

  test('sends clients of this machine back to the published port', () => {
    expect(services.broker?.environment.KAFKA_ADVERTISED_LISTENERS).toBe(
      'HOST://127.0.0.1:19092,INTERNAL://broker:29092',
    );
  });

  test('keeps its topics in volumes of its own, which the other layout cannot read', () => {
    expect(isReplaced('volumes')).toBe(true);
    const used = Object.values(services).flatMap((service) => service.volumes ?? []);
    const names = used.map((volume) => volume.split(':')[0] ?? '').sort();
    expect(names).toEqual(Object.keys(volumes).sort());
    expect(names.filter((name) => Object.hasOwn(fill(5).volumes, name))).toEqual([]);
  });

  test('publishes no port of ZooKeeper, bounds its memory and lets it gain no rights', () => {
    const { zookeeper } = services;
    expect(zookeeper?.ports).toBeUndefined();
    expect(megabytes(zookeeper?.mem_limit)).toBeGreaterThan(0);
    expect(zookeeper?.security_opt).toEqual(['no-new-privileges:true']);
    expect(zookeeper?.healthcheck?.test.join(' ')).not.toMatch(/java|kafka|\.sh\b/);
  });
});

describe('the compose file by hand', () => {
  const byHand = parseCompose(KRAFT.replace(/\$\{MILLRACE_\w+:-([^}]*)\}/g, '$1'));

  test('starts the versions that the lock file pins', () => {
    expect(byHand.services.broker?.image).toBe(`apache/kafka:${lock.kafka}`);
    const args = byHand.services.init?.build?.args;
    expect(args).toMatchObject({
      SPARK_IMAGE: `apache/spark:${spark.baseTag}`,
      SPARK_VERSION: lock.spark,
      SCALA_VERSION: lock.scala,
      NUMPY: spark.numpy,
    });
    expect(lock.python.packages.map((pin) => pin.split(';')[0])).toContain(args?.NUMPY);
  });

  test('has the ports, sizes and limits that a default project gets', () => {
    const filled = fill(2, {
      ports: { broker: 9092, masterUi: 8080, workerUis: [8081, 8082], driverUi: 4040, driverUis: 4 },
      size: { workers: 2, workerCores: 2, workerMemoryMb: 2048, isSmall: false },
    });
    const common = ({ services }: Compose) =>
      Object.entries(services).map(([name, { ports, mem_limit, command, environment, healthcheck }]) => ({
        name,
        ports,
        limit: megabytes(mem_limit),
        command,
        environment,
        healthcheck,
      }));
    expect(common(byHand)).toEqual(common(filled));
  });

  test('builds the same Spark by the Dockerfile alone', () => {
    const dockerfile = read('docker', 'spark', 'Dockerfile');
    expect(dockerfile).toContain(`ARG SPARK_IMAGE=apache/spark:${spark.baseTag}\n`);
    expect(dockerfile).toContain(`ARG SPARK_VERSION=${lock.spark}\n`);
    expect(dockerfile).toContain(`ARG SCALA_VERSION=${lock.scala}\n`);
  });

  test('takes no other connector than the lock file', () => {
    const sums = read('docker', 'spark', 'connector', `${lock.spark}.sha512`);
    const pinned = lock.connectorJars.map(({ file, sha512 }) => `${sha512}  ${file}\n`);
    expect(sums).toBe(pinned.join(''));
  });
});

describe('writeComposeFiles', () => {
  const makeProject = () => mkdtempSync(join(folder, 'project-'));

  test.each([
    ['kraft', ['compose.yaml']],
    ['zookeeper', ['compose.yaml', 'compose.zookeeper.yaml']],
  ] as const)('writes the files of %s in the order that compose takes them', async (coordination, names) => {
    const project = makeProject();
    const files = await writeComposeFiles(join(project, 'state'), { ...valuesFor(2), project, coordination });
    expect(files.map((file) => basename(file))).toEqual(names);
    expect(files.map((file) => readFileSync(file, 'utf8').includes('${MILLRACE_'))).toEqual(names.map(() => false));
  });

  test('puts the user’s own file last', async () => {
    const project = makeProject();
    writeFileSync(join(project, 'compose.override.yaml'), 'services: {}\n');
    const files = await writeComposeFiles(join(project, 'state'), { ...valuesFor(2), project });
    expect(files.at(-1)).toBe(join(project, 'compose.override.yaml'));
    const folders = new DockerFolders(join(project, '.millrace'));
    expect(composeArguments(folders, files)).toEqual([
      'compose',
      '--project-name',
      folders.name,
      '--project-directory',
      project,
      ...files.flatMap((file) => ['--file', file]),
    ]);
  });
});

/** A service as `docker compose config` prints it. */
interface ResolvedService {
  readonly build?: { readonly args: Record<string, string> };
  readonly environment: Record<string, string>;
  readonly ports?: { readonly host_ip: string }[];
  readonly volumes: { readonly source: string }[];
}

function hasCompose(): boolean {
  try {
    const version = execFileSync('docker', ['compose', 'version', '--short'], { encoding: 'utf8', stdio: 'pipe' });
    return /^v?(2\.(2[5-9]|[3-9]\d)|[3-9])/.test(version);
  } catch {
    return false;
  }
}
const testCompose = hasCompose() ? test : test.skip;

describe('compose itself', () => {
  testCompose.each(['kraft', 'zookeeper'] as const)('reads the files of %s as they are meant', async (coordination) => {
    const project = join(folder, `my "${coordination}" $HOME \${x} žluť`);
    mkdirSync(project);
    const odd = `"${coordination}"/back\\slash\\n/$HOME/\${HOME}/$$/$&/žluť – 車/#1: {x}`;
    const mirrors = { images: undefined, maven: `https://m.example.com/${odd}`, pip: `https://p.example.com/${odd}` };
    const values = { ...valuesFor(5), project, coordination, mirrors };
    const files = await writeComposeFiles(join(project, 'state'), values);
    const args = composeArguments(new DockerFolders(join(project, '.millrace')), files);
    const output = execFileSync('docker', [...args, 'config', '--format', 'json'], { encoding: 'utf8', stdio: 'pipe' });
    const { services } = JSON.parse(output) as { services: Record<string, ResolvedService> };
    const zookeeper = coordination === 'zookeeper' ? ['zookeeper'] : [];
    const { broker } = services;
    expect(Object.keys(services).sort()).toEqual(['broker', 'init', 'master', ...workerNames(5), ...zookeeper].sort());
    // `config` prints what compose takes in again: two dollar signs for one.
    for (const service of ['init', 'master', ...workerNames(5)]) {
      const { MAVEN_MIRROR, PIP_INDEX_URL } = services[service]?.build?.args ?? {};
      const taken = [MAVEN_MIRROR, PIP_INDEX_URL].map((value) => value?.replaceAll('$$', '$'));
      expect(taken).toEqual([mirrors.maven, mirrors.pip]);
    }
    const hosts = Object.values(services).flatMap(({ ports = [] }) => ports.map(({ host_ip }) => host_ip));
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']));
    const isOfKraft = /process.?roles|controller|millrace\.properties/i.test(JSON.stringify(broker));
    expect(isOfKraft).toBe(coordination === 'kraft');
    expect(broker?.volumes.map(({ source }) => source)).toEqual([
      coordination === 'kraft' ? 'topics' : 'zookeeper-topics',
    ]);
  });
});
