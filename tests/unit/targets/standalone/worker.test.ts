import { readExecutorLog, readExecutors } from '../../../../src/targets/standalone/worker.js';
import { servePage } from '../../spark/serve-page.js';

/** What JsonProtocol of Spark 4.2 answers, without the rest of the command. */
const executor = (id: number) => ({
  id,
  memory: 512,
  resources: {},
  appid: 'app-20261124150807-0000',
  appdesc: { name: 'windowed-news-1', cores: 1, memoryperexecutor: 512, user: 'ada', command: 'Command(…)' },
});
const log = { application: 'app-20261124150807-0000', executor: 0 };

describe('readExecutors', () => {
  test('tells those that run and those that ended', async () => {
    const page = JSON.stringify({ id: 'worker-1', executors: [executor(1)], finishedexecutors: [executor(0)] });
    const ui = await servePage((request, response) => response.end(request.url === '/json/' ? page : ''));
    const application = 'app-20261124150807-0000';
    expect(await readExecutors(ui)).toEqual([
      { application, executor: 1 },
      { application, executor: 0 },
    ]);
  });

  test.each([['<html></html>'], ['{"executors": 3}'], ['']])(
    'knows nothing of a worker that answers %j',
    async (body) => {
      expect(await readExecutors(await servePage((_, response) => response.end(body)))).toBeUndefined();
    },
  );
});

describe('readExecutorLog', () => {
  test('gives what was written from a byte on, without the line of the page', async () => {
    const asked: (string | undefined)[] = [];
    const ui = await servePage((request, response) => {
      asked.push(request.url);
      response.end(
        '==== Bytes 143000-143014 of 143379 of /work/app-20261124150807-0000/0/stderr ====\nINFO Executor\n',
      );
    });
    expect(await readExecutorLog(ui, log, 143_000)).toEqual({ text: 'INFO Executor\n', nextByte: 143_014 });
    expect(asked).toEqual([
      '/log/?appId=app-20261124150807-0000&executorId=0&logType=stderr&offset=143000&byteLength=1048576',
    ]);
  });

  test('gives nothing at the end of a file', async () => {
    const page = '==== Bytes 143379-143379 of 143379 of /work/app-1/0/stderr ====\n';
    const ui = await servePage((_, response) => response.end(page));
    expect(await readExecutorLog(ui, log, 143_379)).toEqual({ text: '', nextByte: 143_379 });
  });

  test.each([
    [
      'is on another worker',
      '==== Bytes 0-0 of 0 of /work/app-1/0/stderr ====\nError: invalid log directory /work/app-1/0/',
    ],
    ['is none', '<html></html>'],
  ])('knows nothing of a log that %s', async (_, page) => {
    expect(await readExecutorLog(await servePage((_request, response) => response.end(page)), log)).toBeUndefined();
  });
});
