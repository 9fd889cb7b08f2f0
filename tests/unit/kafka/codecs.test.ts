import kafkajs from 'kafkajs';
import '../../../src/kafka/broker.js';
import { failureOf } from '../failure-of.js';

const { CompressionCodecs, CompressionTypes } = kafkajs;

const TEXT = Array.from({ length: 40 }, (_, index) => `{"n":${index},"make":"audi"}`).join('\n');

/** What the programs zstd and lz4 make of the text; with a size in the header and linked blocks, as some clients write lz4. */
const ZSTD =
  'KLUv/WSNAj0EAMQDeyJuIjowLCJtYWtlIjoiYXVkaSJ9CjEyMzQ1Njc4OTExMTExMTExMTIyMjIyMjIyMjIzMzMzMzMzMzMzKCCAo9IDiChXYYpQTmEVUY7CFKGcwiiinMIqohyFKbJyaRWGVpGzyplVWFlFyCo3VmFiFQmrAFh9H/PJdz72ie8+9kn/K9vYBH+Ao4A=';
const LZ4 =
  'BCJNGGRAp+EAAADxB3sibiI6MCwibWFrZSI6ImF1ZGkifQoWAB8xFgACHzIWAAIfMxYAAh80FgACHzUWAAIfNhYAAh83FgACHzgWAAIfORYAAh8x3QAED94AAx8x3wADHzHgAAMfMeEAAx8x4gADHzHjAAMfMeQAAx8x5QADHzHmAAMfMuYAAx8y5gADHzLmAAMfMuYAAx8y5gADHzLmAAMfMuYAAx8y5gADHzLmAAMfMuYAAx8z5gADHzPmAAMfM+YAAx8z5gADHzPmAAMfM+YAAx8z5gADHzPmAAMfM+YAAxcz5gBQdWRpIn0AAAAACJLw7w==';
const LZ4_LINKED =
  'BCJNGGxAjQMAAAAAAADt4QAAAPEHeyJuIjowLCJtYWtlIjoiYXVkaSJ9ChYAHzEWAAIfMhYAAh8zFgACHzQWAAIfNRYAAh82FgACHzcWAAIfOBYAAh85FgACHzHdAAQP3gADHzHfAAMfMeAAAx8x4QADHzHiAAMfMeMAAx8x5AADHzHlAAMfMeYAAx8y5gADHzLmAAMfMuYAAx8y5gADHzLmAAMfMuYAAx8y5gADHzLmAAMfMuYAAx8y5gADHzPmAAMfM+YAAx8z5gADHzPmAAMfM+YAAx8z5gADHzPmAAMfM+YAAx8z5gADFzPmAFB1ZGkifQAAAAAIkvDv';

/** One literal of snappy: its length, a tag for lengths of two bytes, the bytes. */
function storeAsSnappy(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.of((bytes.length & 0x7f) | 0x80, bytes.length >> 7);
  return Buffer.concat([length, Buffer.of(61 << 2, (bytes.length - 1) & 0xff, (bytes.length - 1) >> 8), bytes]);
}

/** The framing of the Java client: a header of 16 bytes, then blocks with their lengths. */
function inJavaFrame(...blocks: readonly Buffer[]): Buffer {
  const sized = blocks.flatMap((block) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(block.length);
    return [size, block];
  });
  return Buffer.concat([Buffer.from('82534e4150505900', 'hex'), Buffer.alloc(8), ...sized]);
}

const half = TEXT.length / 2;

describe('a batch of another client', () => {
  test.each<[string, number, Buffer]>([
    ['zstd', CompressionTypes.ZSTD, Buffer.from(ZSTD, 'base64')],
    ['lz4', CompressionTypes.LZ4, Buffer.from(LZ4, 'base64')],
    ['lz4 with its size and linked blocks', CompressionTypes.LZ4, Buffer.from(LZ4_LINKED, 'base64')],
    ['snappy of librdkafka', CompressionTypes.Snappy, storeAsSnappy(TEXT)],
    [
      'snappy of the Java client',
      CompressionTypes.Snappy,
      inJavaFrame(storeAsSnappy(TEXT.slice(0, half)), storeAsSnappy(TEXT.slice(half))),
    ],
  ])('is read in %s', async (_, type, compressed) => {
    const read: unknown = await CompressionCodecs[type as 1]().decompress(compressed);
    expect(Buffer.isBuffer(read)).toBe(true);
    expect(String(read)).toBe(TEXT);
  });

  test.each([
    ['zstd', CompressionTypes.ZSTD],
    ['lz4', CompressionTypes.LZ4],
    ['snappy', CompressionTypes.Snappy],
  ])('that is no %s is told with its codec, and is not tried again', async (codec, type) => {
    const damaged = CompressionCodecs[type as 1]().decompress(Buffer.from('no such thing'));
    expect(await failureOf(damaged)).toMatchObject({
      codec,
      isMissing: false,
      retriable: false,
      message: expect.stringMatching(/./),
    });
  });
});
