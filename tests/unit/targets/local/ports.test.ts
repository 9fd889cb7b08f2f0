import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { planPorts } from '../../../../src/targets/local/plan-ports.js';
import { describePortHolder } from '../../../../src/targets/port-holder.js';
import { anyFreePort, nextFreePort, requireFreePort } from '../../../../src/targets/ports.js';
import { failureOf } from '../../failure-of.js';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** Listens on a port of this process; 0 takes any. */
function hold(port: number, host: string): Promise<number> {
  const server = createServer();
  servers.push(server);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => resolve((server.address() as { port: number }).port));
  });
}

/** A free port whose followers are free as well. */
async function freeRow(length: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = await anyFreePort(new Set());
    let port = first;
    while (port < first + length && port < 65_535 && (await requireFreePort(port, 'x').catch(() => 0)) === port) port++;
    if (port === first + length) return first;
  }
  throw new Error('no row of free ports was found');
}

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
const testIpv6 = hasIpv6 ? test : test.skip;

describe('requireFreePort', () => {
  test('gives a free port back', async () => {
    const port = await anyFreePort(new Set());
    expect(await requireFreePort(port, 'broker')).toBe(port);
  });

  test.each(['127.0.0.1', '0.0.0.0'])('names port, service and the process that listens on %s', async (host) => {
    const port = await hold(0, host);
    const failure = (await failureOf(requireFreePort(port, 'broker'))) as Error;
    expect(failure).toMatchObject({ code: 'PORT_TAKEN', exitCode: 3, port, service: 'broker' });
    expect(failure.message).toContain(`Port ${port}, which the broker needs, is taken by \``);
    expect(failure.message).toContain(`(process ${process.pid})`);
  });

  testIpv6('counts a program that listens on IPv6 alone', async () => {
    const port = await hold(0, '::1');
    expect(await failureOf(requireFreePort(port, 'master'))).toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringContaining(`(process ${process.pid})`),
    });
  });
});

describe('describePortHolder', () => {
  test('does not invent a holder', async () => {
    expect(await describePortHolder(await anyFreePort(new Set()))).toBe('a program of another user');
  });
});

describe('nextFreePort', () => {
  test('passes over taken and already planned ports', async () => {
    const first = await freeRow(3);
    await hold(first, '127.0.0.1');
    expect(await nextFreePort(first, new Set([first + 1]))).toBe(first + 2);
  });
});

describe('anyFreePort', () => {
  test('gives different ports', async () => {
    const taken = new Set<number>();
    for (let count = 0; count < 20; count++) taken.add(await anyFreePort(taken));
    expect(taken.size).toBe(20);
  });
});

describe('planPorts', () => {
  const nothingHeld = { workerUis: [] };
  const rowOf = (first: number) => ({
    broker: first,
    controller: first + 1,
    master: first + 2,
    masterUi: first + 3,
    workerUi: first + 4,
  });

  test('takes the wanted ports, one page per worker', async () => {
    const first = await freeRow(6);
    expect(await planPorts(rowOf(first), 2, nothingHeld)).toEqual({
      broker: first,
      controller: first + 1,
      master: first + 2,
      masterUi: first + 3,
      workerUis: [first + 4, first + 5],
    });
  });

  test('lets pages move on, never onto each other', async () => {
    const first = await freeRow(8);
    await hold(first + 3, '127.0.0.1');
    const { masterUi, workerUis } = await planPorts({ ...rowOf(first), workerUi: first + 3 }, 2, nothingHeld);
    expect([masterUi, ...workerUis]).toEqual([first + 4, first + 5, first + 6]);
  });

  test.each(['broker', 'master'] as const)('refuses a taken port of the %s', async (service) => {
    const first = await freeRow(6);
    await hold(rowOf(first)[service], '127.0.0.1');
    expect(await failureOf(planPorts(rowOf(first), 1, nothingHeld))).toMatchObject({ code: 'PORT_TAKEN', service });
  });

  test('leaves the ports of running services as they are', async () => {
    const first = await freeRow(6);
    const broker = await hold(0, '127.0.0.1');
    const workerUi = await hold(0, '127.0.0.1');
    const held = { broker, controller: 1, workerUis: [undefined, workerUi] };
    expect(await planPorts(rowOf(first), 2, held)).toMatchObject({
      broker,
      controller: 1,
      master: first + 2,
      workerUis: [first + 4, workerUi],
    });
  });

  test('takes free ports throughout when asked to', async () => {
    const { workerUis, ...others } = await planPorts('auto', 3, nothingHeld);
    const ports = [...Object.values(others), ...workerUis];
    expect(new Set(ports).size).toBe(7);
    expect(await Promise.all(ports.map((port) => requireFreePort(port, 'x')))).toEqual(ports);
  });
});
