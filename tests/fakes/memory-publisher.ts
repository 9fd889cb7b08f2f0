import type { OutgoingRecord, Publisher } from '../../src/kafka/publish.js';

/** Keeps what is published; a broker's trouble or slowness is what `answer` does before a batch is acknowledged. */
export class MemoryPublisher implements Publisher {
  readonly batches: (readonly OutgoingRecord[])[] = [];
  isClosed = false;

  constructor(private readonly answer: (batch: number) => Promise<void> = async () => undefined) {}

  get keys(): string[] {
    return this.batches.flat().map(({ key }) => key);
  }

  async publish(batch: readonly OutgoingRecord[]): Promise<void> {
    await this.answer(this.batches.length + 1);
    this.batches.push(batch);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}
