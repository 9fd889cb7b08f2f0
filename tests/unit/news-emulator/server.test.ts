import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { MillraceError } from '../../../src/errors.js';
import { failureOf } from '../failure-of.js';
import { KEY_HEADERS, openEmulator } from './open-emulator.js';

describe('startEmulator', () => {
  test('says who holds a port that is taken, and what to do', async () => {
    const first = await openEmulator({ stories: 1 });
    const error = await failureOf(openEmulator({ stories: 1, port: first.port }));
    expect(error).toBeInstanceOf(MillraceError);
    expect(error).toMatchObject({ code: 'PORT_TAKEN', exitCode: 3, port: first.port });
    expect((error as MillraceError).message).toContain(`(process ${process.pid})`);
    expect((error as MillraceError).hint).toContain(`--port ${first.port + 1}`);
    await first.close();
  });

  test('takes a port again at once after it was closed', async () => {
    const first = await openEmulator({ stories: 1 });
    await first.close();
    const second = await openEmulator({ stories: 1, port: first.port });
    expect(second.port).toBe(first.port);
    await second.close();
  });

  test('listens on the loopback address alone', async () => {
    const emulator = await openEmulator({ stories: 1 });
    const outside = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    for (const { address } of outside.filter(({ family, internal }) => family === 'IPv4' && !internal)) {
      const refused = await new Promise((resolve) => {
        const socket = connect(emulator.port, address, () => resolve(socket.destroy() && 'connected'));
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      });
      expect(refused).toBe('ECONNREFUSED');
    }
    expect(emulator.url).toBe(`http://127.0.0.1:${emulator.port}/v6/news`);
    await emulator.close();
  });

  test('closes under connections that are kept alive, also where it is told twice', async () => {
    const emulator = await openEmulator({ stories: 1 });
    const agent = new Agent({ keepAlive: true });
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${emulator.url}/stories`, { agent, headers: KEY_HEADERS }, resolve).once('error', reject);
    });
    await answer.toArray();
    // A request that has begun and does not end, too.
    const half = connect(emulator.port, '127.0.0.1', () =>
      half.write('POST /v1/oauth/token HTTP/1.1\r\ncontent-length: 9\r\n\r\n'),
    );
    const ended = new Promise((resolve) => half.once('close', resolve));
    half.on('error', () => undefined).resume();
    await new Promise((resolve) => half.once('connect', resolve));
    await Promise.all([emulator.close(), emulator.close()]);
    await ended;
    agent.destroy();
  });

  test('closes the connection on a body that is too long for a login', async () => {
    const emulator = await openEmulator({ stories: 1 });
    const url = `http://127.0.0.1:${emulator.port}/v1/oauth/token`;
    await expect(fetch(url, { method: 'POST', body: 'a'.repeat(100_000) })).rejects.toThrow('fetch failed');
    expect((await emulator.get('stories')).status).toBe(200);
    await emulator.close();
  });
});
