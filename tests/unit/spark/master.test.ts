import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { aliveWorkers, readMaster } from '../../../src/spark/master.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Starts a stand-in for the master's page; gives its address. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

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
    { id: 'app-1', starttime: 1, name: 'windowed-news-1', cores: 1, user: 'ada', state: 'RUNNING', duration: 5 },
  ],
  completedapps: [],
  status: 'ALIVE',
};

describe('readMaster', () => {
  test('tells workers and applications', async () => {
    const master = await readMaster(
      await serve((request, response) => {
        response.statusCode = request.url === '/json/' ? 200 : 404;
        response.end(JSON.stringify(answer));
      }),
    );
    expect(master).toEqual({
      workers: [
        { ui: 'http://127.0.0.1:8081', isAlive: true, cores: 2, freeCores: 1, freeMemoryMb: 1536 },
        { ui: 'http://127.0.0.1:8082', isAlive: false, cores: 2, freeCores: 1, freeMemoryMb: 1536 },
      ],
      applications: [{ id: 'app-1', name: 'windowed-news-1', cores: 1, state: 'RUNNING' }],
    });
    expect(aliveWorkers(master).map(({ ui }) => ui)).toEqual(['http://127.0.0.1:8081']);
  });

  test.each([
    ['speaks HTML', '<html></html>'],
    ['is something else', '{"status": "ALIVE"}'],
    ['answers nothing', ''],
  ])('knows nothing of one that %s', async (_, body) => {
    expect(await readMaster(await serve((_request, response) => response.end(body)))).toBeUndefined();
  });

  test('knows nothing of one that does not answer, and does not wait for it', async () => {
    const startedAt = Date.now();
    expect(await readMaster(await serve(() => undefined))).toBeUndefined();
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });

  test('knows nothing of one that is not there', async () => {
    const address = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    expect(await readMaster(address)).toBeUndefined();
    expect(aliveWorkers(undefined)).toEqual([]);
  });
});
