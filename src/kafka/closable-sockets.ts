import type { Socket } from 'node:net';
import type { ISocketFactory } from 'kafkajs';
import { openSocket } from './open-socket.js';

const KEEP_ALIVE_AFTER_MS = 60_000;

/**
 * The connections of one client; `close` cuts them and allows no new ones. kafkajs 2.2.4 repeats a request that nobody waits
 * for any more, even after a disconnect: records of a batch that was given up would reach the topic minutes later.
 */
export class ClosableSockets {
  private readonly open = new Set<Socket>();
  private isClosed = false;

  readonly factory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    if (this.isClosed) throw new Error('This client was closed');
    const socket = openSocket({ host, port, ssl }, onConnect).setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
    this.open.add(socket);
    return socket.once('close', () => this.open.delete(socket));
  };

  close(): void {
    this.isClosed = true;
    for (const socket of this.open) socket.destroy();
  }
}
