/**
 * The primitive types of Kafka's protocol, as far as a Metadata request needs them
 * (https://kafka.apache.org/protocol#protocol_types; compact types and tagged fields: KIP-482).
 */
export const NO_TAGS = Buffer.of(0);

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function boolean(value: boolean): Buffer {
  return Buffer.of(value ? 1 : 0);
}

/** A string of the older format, before compact types; headers of requests still use it. */
export function string(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([int16(bytes.length), bytes]);
}

export function compactString(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([unsignedVarint(bytes.length + 1), bytes]);
}

export function compactArray(items: readonly Buffer[]): Buffer {
  return Buffer.concat([unsignedVarint(items.length + 1), ...items]);
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.of(...bytes, rest);
}

/** Reads one answer from its first byte to its last. */
export class WireReader {
  private at = 0;

  /** @throws RangeError, from any of its methods, when the answer ends too early */
  constructor(private readonly bytes: Buffer) {}

  boolean(): boolean {
    return this.take(1).readInt8() !== 0;
  }

  int16(): number {
    return this.take(2).readInt16BE();
  }

  int32(): number {
    return this.take(4).readInt32BE();
  }

  uuid(): Buffer {
    return this.take(16);
  }

  compactString(): string | null {
    const length = this.unsignedVarint() - 1;
    return length < 0 ? null : this.take(length).toString('utf8');
  }

  array<T>(readItem: () => T): T[] {
    return this.items(this.int32(), readItem);
  }

  compactArray<T>(readItem: () => T): T[] {
    return this.items(this.unsignedVarint() - 1, readItem);
  }

  /** Skips tagged fields: later versions of a message add them, and a reader may ignore them. */
  skipTags(): void {
    for (let left = this.unsignedVarint(); left > 0; left--) {
      this.unsignedVarint();
      this.take(this.unsignedVarint());
    }
  }

  private items<T>(count: number, readItem: () => T): T[] {
    const items: T[] = [];
    while (items.length < count) items.push(readItem());
    return items;
  }

  private unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.take(1).readUInt8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  private take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new RangeError('the answer ends too early');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}
