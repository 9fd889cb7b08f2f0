import { createServer, type Server } from 'node:net';
import { MillraceError } from '../../../../src/errors.js';
import { type DockerPorts, type PortsWanted, planDockerPorts } from '../../../../src/targets/docker/docker-ports.js';
import { anyFreeBlock, isFree, nextFreeBlock } from '../../../../src/targets/ports.js';
import { failureOf } from '../../failure-of.js';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

function hold(port: number): Promise<number> {
  const server = createServer();
  servers.push(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      resolve((server.address() as { port: number }).port),
    );
  });
}

const nobody = new Set<number>();

describe('nextFreeBlock', () => {
  test('begins where it is told to when all are free', async () => {
    const first = await anyFreeBlock(4, nobody);
    expect(await nextFreeBlock(first, 4, nobody)).toBe(first);
  });

  test('begins behind a port that another program listens on', async () => {
    const first = await anyFreeBlock(7, nobody);
    await hold(first + 2);
    expect(await nextFreeBlock(first, 4, nobody)).toBe(first + 3);
  });

  test('begins behind a port that is planned for something else', async () => {
    const first = await anyFreeBlock(6, nobody);
    expect(await nextFreeBlock(first, 3, new Set([first, first + 1]))).toBe(first + 2);
  });

  test('does not look beyond the last port', async () => {
    expect(await failureOf(nextFreeBlock(65_534, 4, nobody))).toMatchObject({
      code: 'PORT_TAKEN',
      port: 65_534,
      message: expect.stringContaining('no 4 free ports in a row'),
    });
  });
});

describe('anyFreeBlock', () => {
  test('gives ports that are free and not planned', async () => {
    const first = await anyFreeBlock(5, nobody);
    const row = Array.from({ length: 5 }, (_, index) => first + index);
    expect(await Promise.all(row.map(isFree))).toEqual([true, true, true, true, true]);
    const taken = new Set(row);
    const other = await anyFreeBlock(2, taken);
    expect([other, other + 1].some((port) => taken.has(port))).toBe(false);
  });
});

describe('planDockerPorts', () => {
  const nothingHeld = { workerUis: [] };
  const configured = (first: number) => ({
    broker: first,
    controller: first + 1,
    master: first + 2,
    masterUi: first + 3,
    workerUi: first + 4,
  });
  const plan = (wanted: Partial<PortsWanted> & Pick<PortsWanted, 'ports'>) =>
    planDockerPorts({ workers: 2, drivers: 4, held: nothingHeld, before: undefined, ...wanted });
  const all = ({ broker, masterUi, workerUis, driverUi, driverUis }: DockerPorts) => [
    broker,
    masterUi,
    ...workerUis,
    ...Array.from({ length: driverUis }, (_, index) => driverUi + index),
  ];

  test('takes the configured ports, a page for each worker and a row for the drivers', async () => {
    const first = await anyFreeBlock(6, nobody);
    const planned = await plan({ ports: configured(first) });
    expect(planned).toMatchObject({
      broker: first,
      masterUi: first + 3,
      workerUis: [first + 4, first + 5],
      driverUis: 4,
    });
    expect(planned.driverUi).toBeGreaterThanOrEqual(4040);
    expect(new Set(all(planned)).size).toBe(8);
  });

  test('names who holds the port of the broker', async () => {
    const first = await anyFreeBlock(6, nobody);
    await hold(first);
    expect(await failureOf(plan({ ports: configured(first) }))).toMatchObject({
      code: 'PORT_TAKEN',
      port: first,
      service: 'broker',
      message: expect.stringContaining(`(process ${process.pid})`),
    });
  });

  test('lets pages move on, never onto each other', async () => {
    const first = await anyFreeBlock(9, nobody);
    await hold(first + 3);
    const { masterUi, workerUis } = await plan({ ports: { ...configured(first), workerUi: first + 3 } });
    expect([masterUi, ...workerUis]).toEqual([first + 4, first + 5, first + 6]);
  });

  test('keeps the row of the drivers off the other ports', async () => {
    const planned = await plan({
      ports: { ...configured(await anyFreeBlock(1, nobody)), masterUi: 4041, workerUi: 4043 },
    });
    expect(new Set(all(planned)).size).toBe(8);
  });

  test('leaves the ports of running containers as they are', async () => {
    const first = await anyFreeBlock(6, nobody);
    const broker = await hold(0);
    const workerUi = await hold(0);
    const held = { broker, masterUi: 18_080, driverUi: 14_040, driverUis: 2, workerUis: [undefined, workerUi] };
    expect(await plan({ ports: configured(first), held })).toEqual({
      broker,
      masterUi: 18_080,
      workerUis: [first + 4, workerUi],
      driverUi: 14_040,
      driverUis: 2,
    });
  });

  test('takes free ports throughout when asked to', async () => {
    const ports = all(await plan({ ports: 'auto', workers: 3, drivers: 6 }));
    expect(new Set(ports).size).toBe(11);
    expect(await Promise.all(ports.map(isFree))).toEqual(ports.map(() => true));
  });

  test('takes the free ports of the last time again, the drivers’ too', async () => {
    const first = await anyFreeBlock(8, nobody);
    const before = {
      broker: first,
      masterUi: first + 1,
      workerUis: [first + 2, first + 3],
      driverUi: first + 4,
      driverUis: 4,
    };
    expect(await plan({ ports: 'auto', before })).toEqual(before);
  });

  test('takes another port where one of the last time is no longer free', async () => {
    const first = await anyFreeBlock(8, nobody);
    const before = { broker: first, masterUi: first + 1, workerUis: [first + 2], driverUi: first + 4, driverUis: 4 };
    await hold(first);
    const planned = await plan({ ports: 'auto', before });
    expect(planned.broker).not.toBe(first);
    expect(planned).toMatchObject({ masterUi: first + 1, workerUis: [first + 2, expect.any(Number)] });
    expect(new Set(all(planned)).size).toBe(8);
  });

  test('is an error when the pages would be after the last port', async () => {
    const first = await anyFreeBlock(6, nobody);
    const failure = await failureOf(plan({ ports: { ...configured(first), workerUi: 65_535 } }));
    expect(failure).toBeInstanceOf(MillraceError);
    expect(failure).toMatchObject({ code: 'PORT_TAKEN' });
  });
});
