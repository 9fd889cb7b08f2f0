import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import type { ISocketFactoryArgs } from 'kafkajs';
import { ClosableSockets } from '../../../src/kafka/closable-sockets.js';

let server: Server;
const accepted: Socket[] = [];

beforeAll(async () => {
  server = createServer((socket) => accepted.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

const open = (sockets: ClosableSockets, onConnect = () => {}) => {
  const { port } = server.address() as AddressInfo;
  return sockets.factory({ host: '127.0.0.1', port, onConnect } as ISocketFactoryArgs);
};

describe('ClosableSockets', () => {
  test('cuts the open connections, and opens no new one', async () => {
    const sockets = new ClosableSockets();
    await new Promise<void>((connected) => open(sockets, connected));
    while (accepted.length === 0) await new Promise(setImmediate);
    const cut = once(accepted[0] as Socket, 'close');
    sockets.close();
    await cut;
    expect(() => open(sockets)).toThrow('This client was closed');
  });

  test('can be closed without a connection, and twice', () => {
    const sockets = new ClosableSockets();
    sockets.close();
    sockets.close();
    expect(() => open(sockets)).toThrow('This client was closed');
  });
});
