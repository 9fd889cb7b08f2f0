import { readMaster } from '../../../../src/targets/standalone/master.js';
import { closedPage, servePage } from '../../spark/serve-page.js';

const worker = (some: object) => ({
  id: 'worker-20261124100000-127.0.0.1-4711',
  host: '127.0.0.1',
  port: 4711,
  webuiaddress: 'http://127.0.0.1:8081',
  cores: 2,
  coresused: 1,
  coresfree: 1,
  memory: 2048,
  memoryused: 512,
  memoryfree: 1536,
  resources: {},
  state: 'ALIVE',
  lastheartbeat: 1_700_000_000_000,
  ...some,
});

/** What JsonProtocol of Spark 4.2 answers. */
const answer = {
  url: 'spark://127.0.0.1:7077',
  workers: [worker({}), worker({ webuiaddress: 'http://127.0.0.1:8082', state: 'DEAD' })],
  aliveworkers: 1,
  cores: 2,
  activeapps: [
    {
      id: 'app-20261124150807-0000',
      starttime: 1_795_532_887_743,
      name: 'windowed-news-1',
      cores: 1,
      user: 'ada',
      memoryperexecutor: 512,
      submitdate: 'Tue Nov 24 15:08:07 UTC 2026',
      state: 'RUNNING',
      duration: 21_046,
    },
  ],
  completedapps: [],
  status: 'ALIVE',
};

describe('readMaster', () => {
  test('tells workers that are alive, and applications', async () => {
    const page = await servePage((request, response) => {
      response.statusCode = request.url === '/json/' ? 200 : 404;
      response.end(JSON.stringify(answer));
    });
    expect(await readMaster(page)).toEqual({
      page,
      nodes: [{ page: 'http://127.0.0.1:8081', cores: 2, freeCores: 1, memoryMb: 2048, freeMemoryMb: 1536 }],
      applications: [{ id: 'app-20261124150807-0000', name: 'windowed-news-1', cores: 1 }],
    });
  });

  test.each([
    ['speaks HTML', '<html></html>'],
    ['is something else', '{"status": "ALIVE"}'],
    ['answers nothing', ''],
  ])('knows nothing of one that %s', async (_, body) => {
    expect(await readMaster(await servePage((_request, response) => response.end(body)))).toBeUndefined();
  });

  test('knows nothing of one that does not answer, and does not wait for it', async () => {
    const startedAt = Date.now();
    expect(await readMaster(await servePage(() => undefined))).toBeUndefined();
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });

  test('knows nothing of one that is not there', async () => {
    expect(await readMaster(await closedPage())).toBeUndefined();
  });
});
