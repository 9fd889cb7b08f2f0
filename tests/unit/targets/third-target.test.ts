import { join } from 'node:path';
import { requireServices } from '../../../src/cluster/cluster-lock.js';
import { describeRuns } from '../../../src/commands/describe-run.js';
import { packagePath } from '../../../src/project/package-files.js';
import { findProject } from '../../../src/project/project-folder.js';
import { RecordingReporter } from '../../../src/report/recording-reporter.js';
import { listRuns } from '../../../src/runs/list/list.js';
import { planJob } from '../../../src/runs/plan/plan-job.js';
import { readAddresses } from '../../../src/runs/record/run-addresses.js';
import { readAllRuns, readRun } from '../../../src/runs/record/run-record.js';
import { writeSupervision } from '../../../src/runs/state/supervision.js';
import { renderOnly } from '../../../src/runs/submit/render-only.js';
import type { RunContext } from '../../../src/runs/submit/run-context.js';
import { stage } from '../../../src/runs/submit/stage.js';
import { submit as submitRun } from '../../../src/runs/submit/submit.js';
import { RunWatcher } from '../../../src/runs/supervise/run-watcher.js';
import { beginIfRoom, requireRoom } from '../../../src/runs/supervise/take-room.js';
import { LocalDrivers } from '../../../src/targets/local/local-drivers.js';
import { LocalFiles } from '../../../src/targets/local/local-files.js';
import { LocalFolders } from '../../../src/targets/local/local-state.js';
import type { TargetKind } from '../../../src/targets/registry/registry.js';
import type { Scheduler } from '../../../src/targets/scheduler.js';
import type { TargetOptions } from '../../../src/targets/target.js';
import { makeSupervision } from '../../fakes/supervision.js';
import { failureOf } from '../failure-of.js';
import { temporaryFolder } from '../temporary-folder.js';

/** A sketch: somebody else's cluster, whose YARN does not tell how many cores there are; drivers run on this machine. */
const yarn: Scheduler = {
  name: 'YARN resource manager',
  address: async () => ({ master: 'yarn', page: null }),
  look: async () => ({ page: null, nodes: 'not told', applications: [] }),
  submitArguments: async (cores) => ['--master', 'yarn', '--conf', `spark.executor.instances=${cores}`],
  findOwnMaster: () => undefined,
  findApplicationId: (log) => /Submitted application (application_\w+)/.exec(log)?.[1],
  executorLogs: async () => [],
};
const kind: TargetKind = {
  create: async ({ project, env }) => {
    const folders = new LocalFolders(project.state);
    const kafka = { bootstrapServers: '127.0.0.1:1', jobBootstrapServers: 'kafka.example:9092' };
    return {
      name: 'yarn',
      kafka: async () => kafka,
      plannedKafka: () => kafka,
      scheduler: yarn,
      src: new LocalFiles(folders.src),
      data: new LocalFiles(folders.data),
      drivers: new LocalDrivers(folders, env, project.root),
    };
  },
};

const project = findProject(temporaryFolder(), '.');
const never = new AbortController().signal;
const jobs = { folders: [packagePath()] };
const client = {
  ...{ sparkSubmit: 'spark-submit', python: 'python3', propertiesFile: join(project.state, 'spark.conf') },
  ...{ connectorJars: [], sparkVersion: '4.2.0', scalaVersion: '2.13', environment: {} },
};

let context: RunContext;
beforeAll(async () => {
  const target = await kind.create({ project, env: {} } as TargetOptions);
  context = { target, project, jobs, report: new RecordingReporter(), signal: never };
});

/** The record of a submit, and a supervisor that waits to start the run. */
async function submit() {
  const options = { job: 'windowed-cars', settings: [], cores: 3 };
  const plan = await planJob(jobs, options);
  const { target } = context;
  const schedulerArguments = await target.scheduler.submitArguments(plan.resources.cores);
  const addresses = await readAddresses(target);
  const ready = {
    kafka: await target.kafka(),
    addresses,
    schedulerArguments,
    client,
    generation: 1,
    gaps: [],
    offsetsInTopics: 0,
    topicEnds: {},
  };
  const run = await stage(context, { plan, options, ready });
  await writeSupervision(project, run, makeSupervision({ phase: 'queued' }));
  return readRun(project, 'yarn', run);
}

describe('a third target', () => {
  test('has scripts rendered for its brokers, though no cluster was started', async () => {
    const { script } = await renderOnly(context, { job: 'windowed-cars', settings: [] });
    expect(script).toBe(join(project.state, 'src', 'windowed-cars-preview.py'));
    const text = await context.target.src.read('windowed-cars-preview.py');
    expect(text).toContain('BOOTSTRAP_SERVERS = "kafka.example:9092"\n');
  });

  test('gives the submit line the words that its scheduler understands, and no others', async () => {
    const { command, addresses } = await submit();
    expect(command.slice(0, 5)).toEqual(['spark-submit', ...(await yarn.submitArguments(3))]);
    expect(command.join(' ')).not.toMatch(/spark:\/\/|spark\.cores\.max|--deploy-mode/);
    expect(addresses).toMatchObject({ master: 'yarn', masterUi: null });
  });

  test('refuses no submit for want of cores that nobody counts, and a queued run begins at once', async () => {
    const record = await submit();
    const plan = { ...record, resources: { ...record.resources, cores: 1000 } };
    expect(await requireRoom(context, plan, false)).toBe(true);
    let hasBegun = false;
    const begin = async () => {
      hasBegun = true;
      for (const run of ['windowed-cars-1', 'windowed-cars-2']) await writeSupervision(project, run, makeSupervision());
    };
    expect(await beginIfRoom(context, await readRun(project, 'yarn', 'windowed-cars-1'), begin)).toBeNull();
    expect(hasBegun).toBe(true);
  });

  test('finds its applications in the logs of its drivers, and is not told to start what it cannot', async () => {
    const record = await submit();
    await context.target.data.put(
      `runs/${record.run}/driver.log`,
      '26/11/24 15:08:07 INFO YarnClientImpl: Submitted application application_1795532887743_0001\n',
    );
    const { target } = context;
    const silent = { ...target, scheduler: { ...yarn, look: async () => undefined } };
    expect(await new RunWatcher(silent, record).look(null)).toMatchObject({
      application: 'application_1795532887743_0001',
      note: 'the YARN resource manager does not answer',
    });
    expect(await failureOf(requireRoom({ ...context, target: silent }, record, false))).toMatchObject({
      code: 'MASTER_UNREACHABLE',
      hint: expect.not.stringContaining('millrace cluster up'),
    });
  });

  test('whose brokers want a login gets no run, and nothing is written for it', async () => {
    const kafka = {
      ...(await context.target.kafka()),
      security: { login: { mechanism: 'plain', file: '/login' } },
    } as const;
    const on = { ...context, target: { ...context.target, kafka: async () => kafka } };
    const before = await readAllRuns(project);
    expect(await failureOf(submitRun(on, { job: 'windowed-cars', settings: [] }))).toMatchObject({ code: 'USAGE' });
    expect(await readAllRuns(project)).toEqual(before);
  });

  test('lists its runs without figures of the cluster, and nobody is said to be silent', async () => {
    const list = await listRuns(context.target, project);
    expect(list).toMatchObject({ cores: 'not told', ui: null, runs: [{ cores: 3 }, { cores: 3 }, { cores: 3 }] });
    const text = describeRuns({ ...list, isBrokerThere: true }, yarn.name);
    expect(text).not.toMatch(/cores \d|YARN|does not answer/);
  });

  test('is not started and stopped by millrace', async () => {
    expect(await failureOf(async () => requireServices(context.target))).toMatchObject({ code: 'NOT_OUR_CLUSTER' });
  });
});
