import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterErrors } from '../../src/cluster/cluster-errors.js';
import type { MillraceError } from '../../src/errors.js';
import { kafkaErrors } from '../../src/kafka/broker-errors.js';
import { modelErrors } from '../../src/models/model-errors.js';
import { emulatorErrors } from '../../src/news-emulator/emulator-errors.js';
import { packagePath } from '../../src/project/package-files.js';
import { provisionErrors } from '../../src/provision/provision-errors.js';
import { systemErrors } from '../../src/report/system-errors.js';
import { checkpointErrors } from '../../src/runs/checkpoint/checkpoint-errors.js';
import { runErrors } from '../../src/runs/record/run-errors.js';
import { submitErrors } from '../../src/runs/submit/submit-errors.js';
import { superviseErrors } from '../../src/runs/supervise/supervise-errors.js';
import { newsApiErrors } from '../../src/seed/aylien/news-api-errors.js';
import { seedErrors } from '../../src/seed/engine/seed-errors.js';
import { sparkErrors } from '../../src/spark/spark-errors.js';
import { engineErrors } from '../../src/targets/docker/engine-errors.js';
import { targetErrors } from '../../src/targets/target-errors.js';

/** The same to a program, and said otherwise to a person: each of the two folders knows another way out. */
const IN_TWO_FOLDERS = ['NO_SPACE', 'PORT_TAKEN'];

const CAUSE = new Error('why');

const GAP = { topic: 'cars', partition: 0, from: 3, to: 5, why: 'the topic holds them no longer' };
const ROOM = { wanted: 3, free: 0, total: 4, holders: [{ name: 'cars-1', cores: 4 }] };
const REFUSAL = { status: 429, statusText: 'Too Many', apiCode: null, apiId: null, title: null, detail: null };

/** Facts for each row of each table, which TypeScript holds against what the row asks for. */
const TABLES = [
  sample(clusterErrors, {
    NOT_READY: [{ service: 'broker', probe: 'it must answer', lastSeen: 'nothing' }],
    NOT_OUR_CLUSTER: [{ target: 'moon' }],
    OTHER_TARGET_UP: [{ target: 'docker' }],
  }),
  sample(provisionErrors, {
    JAVA_MISSING: [{ reason: 'there is no java' }],
    JAVA_UNSUPPORTED: [{ version: '11', path: '/java' }],
    PYTHON_MISSING: [
      { reason: 'there is no python3' },
      { reason: 'it cannot', version: '3', path: '/python', hint: 'Install it.' },
    ],
    DOWNLOAD_FAILED: [{ what: 'PySpark', reason: 'no route', hint: 'Try again.' }],
    ARTIFACT_DAMAGED: [
      { file: 'a.jar', ...{ expected: { bytes: 1, sha512: 'a' }, found: { bytes: 2, sha512: 'b' } } },
      {
        ...{ file: 'a.jar', expected: { bytes: 1, sha512: 'a' }, found: { bytes: 2, sha512: 'b' } },
        mirror: { url: 'https://mirror', from: 'mirrors.maven' },
      },
    ],
    NO_SPACE: [
      { folder: '/x', neededBytes: 2e6 },
      { folder: '/x', neededBytes: 2e6, freeBytes: 1e6 },
    ],
    CACHE_FOLDER: [{ folder: '/x', reason: 'EACCES' }],
  }),
  sample(kafkaErrors, {
    TOPIC_MISSING: [
      { topic: 'cars', existing: [] },
      { topic: 'other', existing: ['cars', 'news'] },
    ],
    TOPIC_COMPACTED: [{ topic: 'cars' }],
    CODEC_MISSING: [{ topic: 'cars', codec: 'zstd', reason: 'no such file' }],
    RECORDS_DAMAGED: [{ topic: 'cars', codec: 'lz4', reason: 'invalid magic number' }],
    RECORDS_WITHHELD: [{ topic: 'cars', partition: 1, offset: 7, seconds: 60 }],
    TRANSACTION_OPEN: [{ topic: 'cars', partition: 1, offset: 7 }],
  }),
  sample(sparkErrors, { OFFSET_LOG_UNREADABLE: [{ file: 'checkpoints/cars/1/topic/offsets/7' }] }),
  sample(targetErrors, {
    PORT_TAKEN: [{ port: 9092, service: 'broker', holder: '`java` (process 7)' }],
    SERVICE_FAILED: [
      { service: 'broker', reason: 'ended while starting', lastLines: ['It cannot', 'do this'] },
      { service: 'driver', reason: 'could not be started', hint: 'See its log.' },
    ],
    MOVED_WHILE_UP: [{ folder: '/x', services: ['broker', 'worker-1'] }],
    CLUSTER_FILE_DAMAGED: [{ file: '/x/cluster.json' }],
  }),
  sample(engineErrors, {
    DOCKER_MISSING: [{}],
    DOCKER_UNREACHABLE: [{ reason: 'it took too long' }],
    DOCKER_DENIED: [{ reason: 'permission denied' }],
    DOCKER_ELSEWHERE: [{ host: 'tcp://elsewhere:2375' }],
    COMPOSE_MISSING: [{ found: 'it is 1.29', needed: '2.24.4' }],
    NAME_TAKEN: [{ projectName: 'millrace-1', holder: 'the project x' }],
    CONTAINER_NAME_TAKEN: [{ container: 'millrace-1-broker-1' }],
    PULL_FAILED: [
      { image: 'spark:9', reason: 'manifest unknown', mirror: undefined },
      { image: 'spark:9', reason: 'no route', mirror: 'registry.example' },
      { image: 'spark:9', reason: 'no route', mirror: undefined },
    ],
    BUILD_FAILED: [{ image: 'millrace-spark', reason: 'pip fell over' }],
    NO_SPACE: [{ folder: '/var/lib/docker' }],
    VOLUMES_MISSING: [{ project: '/x' }],
    STATE_LOST: [{ projectName: 'millrace-1' }],
    VULNERABLE_VERSION: [{ version: 'Spark 3.2.0', advisories: ['CVE-1', 'CVE-2'], fixedIn: '4.2.0' }],
  }),
  sample(seedErrors, {
    SOURCE_SEEDED: [{ topic: 'cars', sources: ['audi.csv', 'bmw.csv'] }],
    OFFSET_MISMATCH: [{ topic: 'cars', published: 7, arrived: 5 }],
  }),
  sample(newsApiErrors, {
    CREDENTIALS_MISSING: [{ missing: ['AYLIEN_APP_ID'] }, { missing: ['AYLIEN_USERNAME', 'AYLIEN_PASSWORD'] }],
    NEWS_API_REFUSED: [
      { refusal: REFUSAL, redirectedTo: 'elsewhere.example' },
      ...[401, 403, 404, 414, 422].map((status) => ({ refusal: { ...REFUSAL, status } })),
    ],
  }),
  sample(systemErrors, {
    SYSTEM_REFUSED: [
      { reason: 'EACCES', path: '/x', syscall: 'open' },
      { reason: 'ENOSPC', path: undefined, syscall: 'write' },
    ],
  }),
  sample(emulatorErrors, { PORT_TAKEN: [{ port: 8087, reason: 'is taken by `java` (process 7)' }] }),
  sample(runErrors, {
    RUN_LIVE: [
      { run: 'cars-1', otherwise: '' },
      { run: 'cars-1', otherwise: ', or wait' },
    ],
    RUN_MISSING: [
      { run: null, close: [] },
      { run: 'cars-2', close: [] },
      { run: 'car-1', close: ['cars-1', 'cars-2'] },
    ],
    RUN_ELSEWHERE: [{ run: 'cars-1', target: 'docker' }],
  }),
  sample(checkpointErrors, {
    CHECKPOINT_CHANGED: [{ runName: 'cars', changes: ['window was 1 minute, is 5 minutes', 'the template is gone'] }],
    DATA_LOST: [
      { runName: 'cars', gaps: [GAP] },
      { runName: 'cars', gaps: Array.from({ length: 9 }, (_, partition) => ({ ...GAP, partition, to: null })) },
    ],
    CHECKPOINT_BEYOND_REPAIR: [{ runName: 'cars', query: 'topic' }],
  }),
  sample(superviseErrors, {
    SUPERVISOR_NOT_STARTED: [
      { run: 'cars-1', reason: 'it ended with 1', lastLine: '' },
      { run: 'cars-1', reason: 'it ended with 1', lastLine: 'out of memory' },
    ],
    ROOM_MISSING: [
      { job: 'cars', need: '3 cores with 512m each', room: ROOM, stoppable: ROOM.holders, isOurs: true },
      {
        job: 'cars',
        need: '1 core with 512m',
        room: { wanted: 1, free: 0, total: 0, holders: [] },
        stoppable: [],
        isOurs: true,
      },
      {
        job: 'cars',
        need: '1 core with 512m',
        room: { wanted: 1, free: 0, total: 0, holders: [] },
        stoppable: [],
        isOurs: false,
      },
    ],
    MASTER_UNREACHABLE: [
      { scheduler: 'Spark master', master: 'spark://localhost:7077', isOurs: true },
      { scheduler: 'YARN resource manager', master: 'yarn', isOurs: false },
    ],
    LEFT_BEHIND: [{ run: 'cars-1' }],
  }),
  sample(submitErrors, {
    JOB_FAILED: [
      { run: 'cars-1', applicationExitCode: 1, reason: 'it fell over', log: '/x/driver.log', cure: null, restarts: 0 },
      {
        ...{ run: 'cars-1', applicationExitCode: null, reason: 'it was killed', log: '/x/driver.log' },
        ...{ cure: 'Make room.', restarts: 2 },
      },
    ],
    NOT_PLANNED: [{ job: 'mine', reason: 'The script has no function results_of(spark), which would give the query' }],
    RUNS_NOT_RESTARTED: [
      { refused: [{ run: 'cars-1', reason: 'Its script is not there any more', hint: 'Submit it again.' }] },
      {
        refused: [
          { run: 'cars-1', reason: 'Its script is not there any more', hint: 'Submit it again.' },
          { run: 'news-1', reason: 'No cluster is running', hint: 'Start it.' },
        ],
      },
    ],
    RESTART_REFUSED: [{ run: 'cars-1', reason: 'its script is not there any more', hint: 'Submit it again.' }],
  }),
  sample(modelErrors, {
    TRAINING_REFUSED: [
      { run: 'train-1', reason: 'too few rows', topic: 'cars' },
      { run: 'train-1', reason: 'too few rows', topic: 'other' },
    ],
  }),
];

type Makers<Table> = { readonly [Code in keyof Table]: (facts: never, options?: ErrorOptions) => MillraceError };

function sample<Table extends Makers<Table>>(
  table: Table,
  samples: { readonly [Code in keyof Table]: readonly [Parameters<Table[Code]>[0], ...Parameters<Table[Code]>[0][]] },
) {
  const codes = Object.keys(table) as (keyof Table)[];
  const made = codes.flatMap((code) =>
    samples[code].map((facts) => ({ error: table[code](facts as never, { cause: CAUSE }), facts: facts as object })),
  );
  return { table, made };
}

const cases = TABLES.flatMap(({ made }) => made).map((one) => [one.error.code, one] as const);
const sources = readdirSync(packagePath('src'), { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && file !== 'errors.ts')
  .map((file) => ({ file, text: readFileSync(join(packagePath('src'), file), 'utf8') }));

describe('the tables of errors', () => {
  test('are all here', async () => {
    const known = new Set<unknown>(TABLES.map(({ table }) => table));
    const missing = [];
    for (const { file, text } of sources) {
      const count = [...text.matchAll(/\bdefineErrors\(/g)].length;
      if (count === 0) continue;
      const exported = Object.values(await import(`../../src/${file.replace(/ts$/, 'js')}`)) as unknown[];
      if (exported.filter((value) => known.has(value)).length !== count) missing.push(file);
    }
    expect(missing).toEqual([]);
  });

  test('and the classes have a code each', () => {
    const ofClasses = sources.flatMap(({ text }) =>
      [...text.matchAll(/ code(?:: string)? = '(\w+)'/g)].map(([, code]) => code),
    );
    const codes = [...TABLES.flatMap(({ table }) => Object.keys(table)), ...ofClasses];
    const twice = codes.filter((code, at) => codes.indexOf(code) !== at);
    expect(twice.sort()).toEqual(IN_TWO_FOLDERS);
  });

  test('take all that nothing catches by class', () => {
    const code = sources.map(({ text }) => text).join('\n');
    const uncaught = sources
      .flatMap(({ text }) => [...text.matchAll(/class (\w+) extends MillraceError/g)].map(([, name]) => name))
      .filter((name) => !code.includes(`instanceof ${name}`));
    expect(uncaught).toEqual([]);
  });

  test.each(cases)('%s is one sentence and a hint', (_, { error: { message, hint, code } }) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
    expect(message).toMatch(/^\S.{9}/);
    expect(message).not.toMatch(/\.$|\. [A-Z]|undefined|\[object|NaN/);
    expect(hint).toMatch(/^\S[\s\S]{5,}\.$/);
    expect(hint).not.toMatch(/undefined|\[object|NaN/);
  });

  test.each(cases)('%s has its facts and its cause', (_, { error, facts }) => {
    expect(error).toMatchObject(facts);
    expect(error.cause).toBe(CAUSE);
  });
});
