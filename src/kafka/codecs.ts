import kafkajs from 'kafkajs';

/** Why records cannot be decompressed. Without `cause`, since kafkajs would pass on that one in its place. */
export class CodecError extends Error {
  /** kafkajs tries again what is not marked like this. */
  readonly retriable = false;

  constructor(
    /** As Kafka's settings spell it. */
    readonly codec: string,
    readonly isMissing: boolean,
    reason: string,
  ) {
    super(reason);
  }
}

type Decompress = (compressed: Buffer) => Promise<Uint8Array> | Uint8Array;

/**
 * kafkajs 2.2.4 reads gzip alone. These read what any client may have written; millrace itself does not compress. They are plain
 * JavaScript, so nothing is compiled or downloaded at installation, and each is loaded with the first batch that needs it.
 */
const LOADERS: ReadonlyArray<readonly [type: number, codec: string, load: () => Promise<Decompress>]> = [
  [kafkajs.CompressionTypes.Snappy, 'snappy', async () => (await import('kafkajs-snappy')).default().decompress],
  [kafkajs.CompressionTypes.LZ4, 'lz4', async () => (await import('lz4js')).default.decompress],
  [kafkajs.CompressionTypes.ZSTD, 'zstd', async () => (await import('fzstd')).decompress],
];

for (const [type, codec, load] of LOADERS)
  Object.assign(kafkajs.CompressionCodecs, { [type]: () => ({ decompress: decompressor(codec, load) }) });

function decompressor(codec: string, load: () => Promise<Decompress>) {
  return async (compressed: Buffer): Promise<Buffer> => {
    const decompress = await load().catch((error: Error) => {
      throw new CodecError(codec, true, error.message);
    });
    try {
      return Buffer.from(await decompress(compressed));
    } catch (error) {
      throw new CodecError(codec, false, (error as Error).message);
    }
  };
}
