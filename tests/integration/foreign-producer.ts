import kafkajs, { type Producer } from 'kafkajs';
import snappy from 'kafkajs-snappy';
import { bootstrapServers } from './kafka.js';

/** What other programs do to a topic that millrace itself never does. */

interface ForeignRecord {
  readonly key: string;
  readonly value: string;
}

const ZSTD_MAGIC = Buffer.from('28b52ffd', 'hex');
/** A frame of one segment, with its size in four bytes. */
const ZSTD_DESCRIPTOR = 0xa0;

/** The shortest codec that a broker takes for zstd: one block that is stored as it is. Node 20 has no zstd to compress with. */
function storeAsZstd(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bytes.length);
  const blockHeader = Buffer.alloc(3);
  blockHeader.writeUIntLE((bytes.length << 3) | 1, 0, 3);
  return Buffer.concat([ZSTD_MAGIC, Buffer.of(ZSTD_DESCRIPTOR), size, blockHeader, bytes]);
}

/** A frame of independent blocks of up to 64 KB, with the checksum of these settings: lz4js writes others, which no broker takes. */
const LZ4_HEADER = Buffer.from('04224d18604082', 'hex');
const LZ4_STORED = 0x80000000;
const LZ4_END = Buffer.alloc(4);

function storeAsLz4(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(LZ4_STORED + bytes.length);
  return Buffer.concat([LZ4_HEADER, size, bytes, LZ4_END]);
}

type Compress = (encoder: { readonly buffer: Buffer }) => Promise<Buffer>;

const COMPRESS: Readonly<Record<string, readonly [type: number, compress: Compress]>> = {
  gzip: [kafkajs.CompressionTypes.GZIP, (encoder) => kafkajs.CompressionCodecs[1]().compress(encoder)],
  snappy: [kafkajs.CompressionTypes.Snappy, (encoder) => snappy().compress(encoder)],
  lz4: [kafkajs.CompressionTypes.LZ4, async ({ buffer }) => storeAsLz4(buffer)],
  zstd: [kafkajs.CompressionTypes.ZSTD, async ({ buffer }) => storeAsZstd(buffer)],
};

/** Publishes the records as one compressed batch. */
export async function publishCompressed(topic: string, codec: string, messages: ForeignRecord[]): Promise<void> {
  const [compression, compress] = COMPRESS[codec] ?? [0];
  if (codec !== 'gzip') Object.assign(kafkajs.CompressionCodecs, { [compression]: () => ({ compress }) });
  const producer = (await client()).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic, compression, messages });
  await producer.disconnect();
}

/** Publishes the records in a transaction, each with its marker behind it. */
export async function publishInTransaction(
  topic: string,
  end: 'commit' | 'abort',
  messages: ForeignRecord[],
): Promise<void> {
  const transaction = await openTransaction(topic, messages);
  await transaction[end]();
}

/** Leaves the transaction open until one of the two is called. */
export async function openTransaction(
  topic: string,
  messages: ForeignRecord[],
): Promise<{ commit(): Promise<void>; abort(): Promise<void> }> {
  const producer = (await client()).producer({
    ...{ transactionalId: `test-${topic}`, idempotent: true, maxInFlightRequests: 1 },
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages });
  return {
    commit: () => transaction.commit().then(() => end(producer)),
    abort: () => transaction.abort().then(() => end(producer)),
  };
}

async function end(producer: Producer): Promise<void> {
  await producer.disconnect();
}

export async function createCompacted(topic: string): Promise<void> {
  const admin = (await client()).admin();
  await admin.connect();
  const configEntries = [{ name: 'cleanup.policy', value: 'compact' }];
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: false });
  await admin.disconnect();
}

export async function cleanupPolicyOf(topic: string): Promise<string | undefined> {
  const admin = (await client()).admin();
  await admin.connect();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['cleanup.policy'] }],
  });
  await admin.disconnect();
  return resources[0]?.configEntries[0]?.configValue;
}

async function client() {
  return new kafkajs.Kafka({ brokers: [await bootstrapServers()], logLevel: kafkajs.logLevel.NOTHING });
}
