import type { Acknowledged, OutgoingRecord, Publisher } from '../../src/kafka/publish.js';
import type { IncomingRecord } from '../../src/kafka/read-records.js';
import type { TopicDescription } from '../../src/kafka/topics.js';
import type { TopicReader } from '../../src/seed/source/source.js';

const PARTITIONS = [0, 1, 2];

/** A topic without a broker; it outlives the publishers and readers that are given it. */
export class MemoryTopic {
  id = 'first';
  private readonly records: IncomingRecord[] = [];
  private readonly starts = new Map<number, number>();
  /** Offsets at which readings began. */
  readonly readings: ReadonlyMap<number, number>[] = [];

  get keys(): (string | null)[] {
    return this.held().map(({ key }) => key);
  }

  values<T>(): T[] {
    return this.held().map(({ value }) => JSON.parse(value ?? 'null') as T);
  }

  append(batch: readonly OutgoingRecord[]): Acknowledged[] {
    const firsts = new Map(PARTITIONS.map((partition) => [partition, this.endOf(partition)]));
    for (const { key, value } of batch) {
      const partition = [...key].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % PARTITIONS.length;
      this.records.push({ topic: 'news', partition, offset: this.endOf(partition), timestampMs: 0, key, value });
    }
    const taken = PARTITIONS.map((partition) => {
      return { partition, first: firsts.get(partition) ?? 0, next: this.endOf(partition) };
    });
    return taken.filter(({ first, next }) => next > first);
  }

  /** Deletes all records and keeps the offsets. */
  empty(): void {
    for (const partition of PARTITIONS) this.starts.set(partition, this.endOf(partition));
  }

  describe(): TopicDescription {
    const partitions = PARTITIONS.map((partition) => {
      const [start, end] = [this.starts.get(partition) ?? 0, this.endOf(partition)];
      return { partition, leader: 1, start, end, stable: end, offsets: end - start };
    });
    return { topic: 'news', partitions, offsets: partitions.reduce((sum, { offsets }) => sum + offsets, 0) };
  }

  reader(): TopicReader {
    return {
      readId: async () => this.id,
      readFrom: async (offsets, signal, onRecord) => {
        this.readings.push(new Map(offsets));
        for (const record of this.held()) if (record.offset >= (offsets.get(record.partition) ?? 0)) onRecord(record);
        signal.throwIfAborted();
      },
    };
  }

  /** @param fail may throw before a batch is written, or after, when nobody is told of it */
  publisher(fail: (moment: 'before' | 'after') => void = () => undefined): Publisher {
    return {
      publish: async (batch) => {
        fail('before');
        const offsets = this.append(batch);
        fail('after');
        return offsets;
      },
      close: async () => undefined,
    };
  }

  private held(): IncomingRecord[] {
    return this.records.filter(({ partition, offset }) => offset >= (this.starts.get(partition) ?? 0));
  }

  private endOf(partition: number): number {
    return this.records.filter((record) => record.partition === partition).length;
  }
}
