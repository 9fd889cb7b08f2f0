import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { brokerAt } from '../../../src/kafka/broker.js';
import { metadataRequest, readMetadataTopics, readMetadataVersion } from '../../../src/kafka/metadata-request.js';
import { readTopicIds } from '../../../src/kafka/topic-ids.js';
import { endpointAt } from '../../fakes/kafka-endpoint.js';
import { failureOf } from '../failure-of.js';

/** What a broker of Kafka 4.4.0 answered about the topics `rec` and `nope`, of which it has the first; without its length. */
const RECORDED: Readonly<Record<number, string>> = {
  10: 'AAAAAgAAAAAAAgAAAAEKMTI3LjAuMC4xAACCZwAAF25vRVlfODhjODRDMW1ORGFnaF9ZOVEAAAABAwAABHJlYzRTnLYHRExrgIkx+LVSKG0AAgAAAAAAAAAAAAEAAAAAAgAAAAECAAAAAQEAgAAAAAAAAwVub3BlAAAAAAAAAAAAAAAAAAAAAAABgAAAAACAAAAAAA==',
  11: 'AAAAAgAAAAAAAgAAAAEKMTI3LjAuMC4xAACCZwAAF25vRVlfODhjODRDMW1ORGFnaF9ZOVEAAAABAwAABHJlYzRTnLYHRExrgIkx+LVSKG0AAgAAAAAAAAAAAAEAAAAAAgAAAAECAAAAAQEAgAAAAAAAAwVub3BlAAAAAAAAAAAAAAAAAAAAAAABgAAAAAA=',
  12: 'AAAAAgAAAAAAAgAAAAEKMTI3LjAuMC4xAACCZwAAF25vRVlfODhjODRDMW1ORGFnaF9ZOVEAAAABAwAABHJlYzRTnLYHRExrgIkx+LVSKG0AAgAAAAAAAAAAAAEAAAAAAgAAAAECAAAAAQEAgAAAAAAAAwVub3BlAAAAAAAAAAAAAAAAAAAAAAABgAAAAAA=',
};
const bytes = (base64: string) => Buffer.from(base64, 'base64');

const int16s = (...values: number[]) => {
  const buffer = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) buffer.writeInt16BE(value, 2 * index);
  return buffer;
};
/** An answer to ApiVersions version 0: correlation id, no error, and the range of versions of two requests. */
const offers = (oldest: number, newest: number) =>
  Buffer.concat([Buffer.of(0, 0, 0, 1), int16s(0), Buffer.of(0, 0, 0, 2), int16s(0, 0, 9, 3, oldest, newest)]);

const framed = (answer: Buffer) => Buffer.concat([Buffer.of(0, 0, 0, answer.length), answer]);

const servers: Server[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done)))));

/** A program that listens like a broker; returns its address. */
async function listen(onRequest: (socket: Socket, request: Buffer, count: number) => void): Promise<string> {
  const server = createServer((socket) => {
    let count = 0;
    socket.on('data', (request) => onRequest(socket, request, ++count));
    socket.on('error', () => undefined);
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const brokerWith = (answer: Buffer, versions = offers(0, 13)) =>
  listen((socket, _request, count) => socket.write(framed(count === 1 ? versions : answer)));

describe('the Metadata request', () => {
  test('asks by name, with a zero id, and lets the broker create nothing', () => {
    const head = '0003000c0000000700086d696c6c7261636500';
    const topics = `02${'00'.repeat(16)}056361727300`;
    const text = `${head}${topics}000000`;
    expect(metadataRequest(7, 12, ['cars']).toString('hex')).toBe(
      (text.length / 2).toString(16).padStart(8, '0') + text,
    );
  });

  test('of version 10 has one flag more', () => {
    expect(metadataRequest(7, 10, ['cars'])).toHaveLength(metadataRequest(7, 12, ['cars']).length + 1);
  });

  test.each([10, 11, 12])('reads the answer of version %i', (version) => {
    expect(readMetadataTopics(bytes(RECORDED[version] ?? ''))).toEqual([
      { errorCode: 0, name: 'rec', id: 'NFOctgdETGuAiTH4tVIobQ' },
      { errorCode: 3, name: 'nope', id: null },
    ]);
  });

  test.each([
    [0, 13, 12],
    [0, 12, 12],
    [0, 11, 11],
    [0, 10, 10],
    [0, 9, undefined],
    [13, 20, undefined],
  ])('of a broker that offers %i to %i is of version %s', (oldest, newest, version) => {
    expect(readMetadataVersion(offers(oldest, newest))).toBe(version);
  });
});

describe('readTopicIds', () => {
  test('gives the ids of those that are there', async () => {
    const server = await brokerWith(bytes(RECORDED[12] ?? ''));
    expect(await readTopicIds(brokerAt(endpointAt(server)), ['rec', 'nope'])).toEqual(
      new Map([['rec', 'NFOctgdETGuAiTH4tVIobQ']]),
    );
  });

  test('joins an answer that comes in pieces', async () => {
    const server = await listen((socket, _request, count) => {
      const answer = framed(count === 1 ? offers(0, 12) : bytes(RECORDED[12] ?? ''));
      for (const [index, byte] of answer.entries()) setTimeout(() => socket.write(Buffer.of(byte)), index / 10);
    });
    expect((await readTopicIds(brokerAt(endpointAt(server)), ['rec'])).size).toBe(1);
  });

  test('tries the servers in turn', async () => {
    const hangsUp = await listen((socket) => socket.destroy());
    const server = await brokerWith(bytes(RECORDED[12] ?? ''));
    expect((await readTopicIds(brokerAt(endpointAt(`127.0.0.1:1,${hangsUp},${server}`)), ['rec'])).size).toBe(1);
  });

  test('sends no request for no topics', async () => {
    expect(await readTopicIds(brokerAt(endpointAt('127.0.0.1:1')), [])).toEqual(new Map());
  });

  test.each<[string, () => Promise<string>]>([
    ['nobody listens', async () => '127.0.0.1:1'],
    ['the connection is closed', () => listen((socket) => socket.destroy())],
    ['another program answers', () => listen((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))],
    ['the answer ends too early', () => brokerWith(bytes(RECORDED[12] ?? '').subarray(0, 60))],
  ])('calls the broker unreachable when %s', async (_, start) => {
    const servers = await start();
    expect(await failureOf(readTopicIds(brokerAt(endpointAt(servers)), ['rec']))).toMatchObject({
      code: 'BROKER_UNREACHABLE',
      bootstrapServers: servers,
    });
  });

  test('refuses a broker that is too old', async () => {
    const server = await brokerWith(Buffer.alloc(0), offers(0, 9));
    expect(await failureOf(readTopicIds(brokerAt(endpointAt(server)), ['rec']))).toMatchObject({
      code: 'BROKER_REFUSED',
    });
  });
});
