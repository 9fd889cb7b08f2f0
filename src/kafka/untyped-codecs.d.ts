/** Two packages without types of their own, as far as they are used. */
declare module 'kafkajs-snappy' {
  export default function snappy(): {
    decompress(compressed: Buffer): Promise<Buffer>;
    compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  };
}

declare module 'lz4js' {
  const lz4: { decompress(compressed: Uint8Array): Uint8Array };
  export default lz4;
}
