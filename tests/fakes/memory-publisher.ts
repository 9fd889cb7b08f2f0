import type { Acknowledged, OutgoingRecord, Publisher } from '../../src/kafka/publish.js';

/** Keeps what is published, all in partition 0; a broker's trouble or slowness is what `answer` does before it acknowledges. */
export class MemoryPublisher implements Publisher {
  readonly batches: (readonly OutgoingRecord[])[] = [];
  isClosed = false;

  constructor(private readonly answer: (batch: number) => Promise<void> = async () => undefined) {}

  get keys(): string[] {
    return this.batches.flat().map(({ key }) => key);
  }

  async publish(batch: readonly OutgoingRecord[]): Promise<readonly Acknowledged[]> {
    await this.answer(this.batches.length + 1);
    const first = this.batches.flat().length;
    this.batches.push(batch);
    return [{ partition: 0, first, next: first + batch.length }];
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}
