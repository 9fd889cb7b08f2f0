import { createServer } from 'node:net';
import { describePortHolder } from './port-holder.js';
import { targetErrors } from './target-errors.js';

const UI_PORTS_TO_TRY = 100;
const LAST_PORT = 65_535;

/** @throws PORT_TAKEN, which names the program that holds the port */
export async function requireFreePort(port: number, service: string): Promise<number> {
  if (await isFree(port)) return port;
  throw targetErrors.PORT_TAKEN({ port, service, holder: await describePortHolder(port) });
}

/** The first free port from `from` on that is not in `taken`: for web pages, whose addresses may change from start to start. */
export async function nextFreePort(from: number, taken: ReadonlySet<number>): Promise<number> {
  for (let port = from; port < Math.min(from + UI_PORTS_TO_TRY, LAST_PORT + 1); port++) {
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  const holder = `another program, and so are the ${UI_PORTS_TO_TRY} ports after it`;
  throw targetErrors.PORT_TAKEN({ port: from, service: 'web page', holder });
}

/** A port that is free now, chosen by the system. */
export async function anyFreePort(taken: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const port = await listenOnce('127.0.0.1', 0);
    if (port !== undefined && !taken.has(port) && (await isFree(port))) return port;
  }
}

/** The port that was used last, if it is free, else any free one. */
export async function lastOrAnyFreePort(last: number | undefined, taken: ReadonlySet<number>): Promise<number> {
  return last !== undefined && !taken.has(last) && (await isFree(last)) ? last : anyFreePort(taken);
}

/** Whether a port is free on IPv4 and, where the machine has it, on IPv6: a client of `localhost` may use either. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce('127.0.0.1', port)) !== undefined && (await listenOnce('::1', port)) !== undefined;
}

/** Listens on a port for a moment and returns it; undefined when it is taken. */
function listenOnce(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(port);
      else reject(error);
    });
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}

/** The first of `count` free ports in a row, from `from` on: for the pages of drivers, each of which takes the next free port. */
export async function nextFreeBlock(from: number, count: number, taken: ReadonlySet<number>): Promise<number> {
  for (let first = from; first < from + UI_PORTS_TO_TRY; first++) {
    if (await isFreeBlock(first, count, taken)) return first;
  }
  const holder = `another program, and no ${count} free ports in a row follow it`;
  throw targetErrors.PORT_TAKEN({ port: from, service: 'web pages', holder });
}

/** The first of `count` ports in a row that are free now, chosen by the system. */
export async function anyFreeBlock(count: number, taken: ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < UI_PORTS_TO_TRY; attempt++) {
    const first = await anyFreePort(taken);
    if (await isFreeBlock(first, count, taken)) return first;
  }
  throw targetErrors.PORT_TAKEN({
    port: 0,
    service: 'web pages',
    holder: `other programs: no ${count} ports in a row are free`,
  });
}

export async function isFreeBlock(first: number, count: number, taken: ReadonlySet<number>): Promise<boolean> {
  for (let port = first; port < first + count; port++) {
    if (port > LAST_PORT || taken.has(port) || !(await isFree(port))) return false;
  }
  return true;
}
