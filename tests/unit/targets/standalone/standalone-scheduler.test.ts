import { StandaloneScheduler } from '../../../../src/targets/standalone/standalone-scheduler.js';
import type { ServiceStatus } from '../../../../src/targets/target.js';
import { ClusterNotRunningError } from '../../../../src/targets/target-errors.js';
import { failureOf } from '../../failure-of.js';
import { servePage } from '../../spark/serve-page.js';

const at = (page: string) => async () => ({ master: 'spark://here:7077', page });
const nothing = { status: async () => [] };

describe('the scheduler of a standalone cluster', () => {
  test('runs drivers in client mode, with executors of one core each', async () => {
    const scheduler = new StandaloneScheduler(at('http://127.0.0.1:1'), nothing);
    expect((await scheduler.submitArguments(3)).join(' ')).toBe(
      '--master spark://here:7077 --deploy-mode client --conf spark.cores.max=3 --conf spark.executor.cores=1',
    );
  });

  test.each([
    [
      '26/11/24 15:08:07 INFO StandaloneSchedulerBackend: Connected to Spark cluster with app ID app-20261124150807-0000\n',
      'app-20261124150807-0000',
    ],
    ['26/11/24 15:08:07 INFO SparkContext: Running Spark version 4.2.0\n', undefined],
  ])('finds the application in a log: %j', (log, id) => {
    expect(new StandaloneScheduler(at('http://127.0.0.1:1'), nothing).findApplicationId(log)).toBe(id);
  });

  test('tells nothing while the cluster is down, and passes on why it cannot be asked', async () => {
    const isDown = new StandaloneScheduler(() => Promise.reject(new ClusterNotRunningError('/p')), nothing);
    expect(await isDown.look()).toBeUndefined();
    expect(await failureOf(isDown.submitArguments(1))).toMatchObject({ code: 'CLUSTER_NOT_RUNNING' });
    const isBroken = new StandaloneScheduler(() => Promise.reject(new Error('EACCES')), nothing);
    expect(await failureOf(isBroken.look())).toMatchObject({ message: 'EACCES' });
  });

  test('has the logs of executors from the workers that run, and none from services that are no workers', async () => {
    const asked: string[] = [];
    const serve = (executors: object[]) =>
      servePage(({ url = '' }, response) => {
        asked.push(url);
        const log = '==== Bytes 3-9 of 9 of /work/app-1/1/stderr ====\nsecond';
        response.end(url.startsWith('/log') ? log : JSON.stringify({ executors, finishedexecutors: [] }));
      });
    const service = (name: ServiceStatus['name'], ui: string | null): ServiceStatus => ({
      ...{ name, ui, state: 'running', pid: null, container: null, address: null },
    });
    const services = [
      service('master', await serve([{ id: 7, appid: 'app-1' }])),
      service(
        'worker-1',
        await serve([
          { id: 1, appid: 'app-1' },
          { id: 0, appid: 'app-2' },
        ]),
      ),
      service('worker-2', null),
    ];
    const scheduler = new StandaloneScheduler(at('http://127.0.0.1:1'), { status: async () => services });
    const logs = await scheduler.executorLogs('app-1');
    expect(logs.map(({ executor }) => executor)).toEqual([1]);
    expect(await logs[0]?.read(3)).toEqual({ text: 'second', nextByte: 9 });
    expect(asked).toEqual(['/json/', expect.stringMatching(/appId=app-1&executorId=1&logType=stderr&offset=3&/)]);
  });
});

describe('the master that a script has chosen itself', () => {
  const connecting = (master: string) =>
    `26/11/24 15:12:06 INFO StandaloneAppClient$ClientEndpoint: Connecting to master ${master}...\n`;
  const IN_DRIVER = '26/11/24 15:12:06 INFO Executor: Starting executor ID driver on host box\n';
  const scheduler = new StandaloneScheduler(at('http://127.0.0.1:1'), nothing);
  const find = (log: string, ofSubmit = 'spark://127.0.0.1:2') => scheduler.findOwnMaster(log, ofSubmit);

  test('names Spark in the driver, and another master', () => {
    expect(find(IN_DRIVER)).toBe('local');
    expect(find(connecting('spark://10.0.0.7:7077'))).toBe('spark://10.0.0.7:7077');
  });

  test('finds none with the master of the submit, or with one of several', () => {
    expect(find(connecting('spark://127.0.0.1:2'))).toBeUndefined();
    expect(find(connecting('spark://box-2:7077'), 'spark://box-1:7077,box-2:7077')).toBeUndefined();
  });

  test('finds none before Spark has logged it, nor in what a script prints', () => {
    expect(find('26/11/24 15:12:05 INFO SparkContext: Running Spark version 4.2.0\n')).toBeUndefined();
    expect(find('print: Starting executor ID driver\n')).toBeUndefined();
  });
});
