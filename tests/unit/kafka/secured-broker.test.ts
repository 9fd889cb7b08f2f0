import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ISocketFactoryArgs } from 'kafkajs';
import { brokerAt, withAdmin } from '../../../src/kafka/broker.js';
import { readSecurity } from '../../../src/kafka/client-security.js';
import { ClosableSockets } from '../../../src/kafka/closable-sockets.js';
import { readTopicIds } from '../../../src/kafka/topic-ids.js';
import type { KafkaSecurity } from '../../../src/targets/kafka-endpoint.js';
import { makeAuthority } from '../../fakes/certificates.js';
import { endpointAt } from '../../fakes/kafka-endpoint.js';
import { TlsBroker, type TlsBrokerOptions } from '../../fakes/tls-broker.js';
import { failureOf } from '../failure-of.js';
import { temporaryFolder } from '../temporary-folder.js';
import { waitUntil } from '../wait-until.js';

const folder = temporaryFolder();
const authorityIn = (name: string) => {
  mkdirSync(join(folder, name));
  return makeAuthority(join(folder, name));
};
const { ca, sign } = authorityIn('ours');
const ofBroker = sign('broker');
const client = sign('millrace');

const brokers: TlsBroker[] = [];
afterEach(() => {
  for (const broker of brokers.splice(0)) broker.close();
});

async function listen(some: Partial<TlsBrokerOptions> = {}) {
  const broker = new TlsBroker({ ...ofBroker, ...some });
  brokers.push(broker);
  return { broker, servers: await broker.listen() };
}

const connect = (servers: string, security: KafkaSecurity) =>
  withAdmin(brokerAt(endpointAt(servers, security), { retries: 0 }), 'connect', async () => 'connected');

describe('a broker that speaks TLS', () => {
  test('is connected to where its certificate is signed by the authority of the endpoint', async () => {
    const { broker, servers } = await listen();
    expect(await connect(servers, { tls: { ca } })).toBe('connected');
    expect(broker.clients).toEqual(['']);
  });

  test('is shown the certificate of this side where it asks for one', async () => {
    const { broker, servers } = await listen({ clientCa: ca });
    expect(await connect(servers, { tls: { ca, client } })).toBe('connected');
    expect(broker.clients).toEqual(['millrace']);
  });

  test.each<[string, () => KafkaSecurity]>([
    ['that nobody here knows', () => ({ tls: {} })],
    ['other than that of the endpoint', () => ({ tls: { ca: authorityIn('others').ca } })],
  ])('is refused, and not called unreachable, where an authority signed its certificate %s', async (_, security) => {
    const { broker, servers } = await listen();
    expect(await failureOf(connect(servers, security()))).toMatchObject({
      code: 'BROKER_REFUSED',
      message: expect.stringMatching(/^The broker refused to talk over TLS: .*certificate/),
    });
    expect(broker.clients).toEqual([]);
  });

  test('tells topic ids over TLS too', async () => {
    const none = Buffer.from([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0]);
    const { broker, servers } = await listen({ clientCa: ca, metadata: none });
    expect(await readTopicIds(brokerAt(endpointAt(servers, { tls: { ca, client } })), ['cars'])).toEqual(new Map());
    expect(broker.clients).toEqual(['millrace']);
    expect(await failureOf(readTopicIds(brokerAt(endpointAt(servers, { tls: {} })), ['cars']))).toMatchObject({
      code: 'BROKER_REFUSED',
      message: expect.stringContaining('talk over TLS'),
    });
  });

  test('is reached by connections that can be cut', async () => {
    const { broker, servers } = await listen({ clientCa: ca });
    const { ssl } = readSecurity(endpointAt(servers, { tls: { ca, client } }));
    const [host, port] = servers.split(':');
    const sockets = new ClosableSockets();
    await new Promise<void>((onConnect) =>
      sockets.factory({ host, port: Number(port), ssl, onConnect } as ISocketFactoryArgs),
    );
    await waitUntil(() => broker.clients.includes('millrace'));
    sockets.close();
  });
});

test.each<[string, () => KafkaSecurity]>([
  ['has a password', () => ({ tls: { ca, client: sign('locked', 'a password') } })],
  ['belongs to another certificate', () => ({ tls: { ca, client: { ...client, key: ofBroker.key } } })],
])('a key that %s is refused before anything is connected', async (_, security) => {
  expect(await failureOf(async () => brokerAt(endpointAt('127.0.0.1:1', security())))).toMatchObject({
    code: 'USAGE',
    message: expect.stringMatching(/^The files for TLS cannot be used \(.*\.key\): /),
  });
});

describe('a login', () => {
  const file = join(folder, 'login');
  const login = { mechanism: 'plain', file } as const;

  test('goes over TLS as it stands in its file', async () => {
    writeFileSync(file, 'ada\na"b;c\\d e\n');
    const { broker, servers } = await listen();
    expect(await connect(servers, { tls: { ca }, login })).toBe('connected');
    expect(broker.logins).toEqual(['\0ada\0a"b;c\\d e']);
  });

  test('is not used for topic ids yet, which says so', async () => {
    writeFileSync(file, 'ada\nsecret\n');
    const { broker, servers } = await listen();
    expect(
      await failureOf(readTopicIds(brokerAt(endpointAt(servers, { tls: { ca }, login })), ['cars'])),
    ).toMatchObject({
      code: 'BROKER_REFUSED',
      message: expect.stringContaining('it requires a login'),
    });
    expect(broker.clients).toEqual([]);
  });

  test('that is half a login is refused by the name of its file alone', async () => {
    writeFileSync(file, 'ada\n');
    const failure = await failureOf(async () => brokerAt(endpointAt('127.0.0.1:1', { login })));
    expect(failure).toMatchObject({ code: 'USAGE', message: `${file} does not hold a login` });
  });

  test('and certificates are read at once, so that a missing file is named before anything is asked', async () => {
    const missing = join(folder, 'none.pem');
    const failure = await failureOf(async () => brokerAt(endpointAt('127.0.0.1:1', { tls: { ca: missing } })));
    expect(failure).toMatchObject({ code: 'USAGE', message: expect.stringMatching(/none\.pem, .* ENOENT$/) });
  });
});
