import type { Broker } from '../../src/kafka/broker.js';
import { endpointAt } from './kafka-endpoint.js';

/** What a partition holds: offsets of records, and offsets of markers or aborted records, which are handed out to nobody. */
export interface PartitionLog {
  readonly records: readonly number[];
  readonly hidden?: readonly number[];
  readonly start?: number;
  readonly end: number;
  /** Where the oldest open transaction begins. */
  readonly stable?: number;
  /** Nothing from here on is handed out, although the offsets say that there is something. */
  readonly silentFrom?: number;
}

type Listener = (event: { readonly payload: object }) => void;

/** As in kafkajs, whose admin sees what is committed unless its cluster is made with another level. */
const CREATE_CLUSTER = Symbol('private:Kafka:createCluster');
/** How many offsets a fetch brings of each partition. */
const FETCHED = 100;

/** A broker with the topic `cars`, whose consumer behaves as that of kafkajs does: hidden offsets alone are told by an event. */
export class LogBroker {
  /** By fetch, the offset at which it began in a partition. */
  readonly fetches: [partition: number, from: number][] = [];
  private readonly positions = new Map<number, number>();
  private readonly seeks = new Map<number, number>();
  private readonly listeners = new Map<string, Listener[]>();
  private isConnected = true;
  isAnswering = true;

  constructor(
    public logs: PartitionLog[],
    /** Offsets that came after reading began. */
    private readonly later: ReadonlyMap<number, readonly number[]> = new Map(),
  ) {}

  get broker(): Broker {
    const [admin, consumer] = [this.admin.bind(this), this.consumer.bind(this)];
    const kafka = {
      [CREATE_CLUSTER]: (options: object) => options,
      admin() {
        return admin(this[CREATE_CLUSTER]({}) as { isolationLevel?: number });
      },
      consumer,
    };
    return { patienceMs: 0, endpoint: endpointAt('here:9092'), kafka: kafka as unknown as Broker['kafka'] };
  }

  private admin({ isolationLevel = 1 }: { isolationLevel?: number }) {
    const nothing = async () => undefined;
    return {
      connect: async () => {
        if (!this.isAnswering) throw Object.assign(new Error('gone'), { name: 'KafkaJSConnectionError' });
      },
      disconnect: nothing,
      deleteGroups: nothing,
      listTopics: async () => ['cars'],
      fetchTopicMetadata: async () => ({ topics: [{ name: 'cars', partitions: [] }] }),
      fetchTopicOffsets: async () =>
        this.logs.map(({ start = 0, end, stable = end }, partition) => {
          return { partition, low: String(start), high: String(isolationLevel === 1 ? stable : end) };
        }),
    };
  }

  private consumer() {
    const nothing = async () => undefined;
    return {
      events: { CRASH: 'crash', END_BATCH_PROCESS: 'end' },
      on: (event: string, listener: Listener) => {
        this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
      },
      connect: nothing,
      subscribe: nothing,
      seek: ({ partition, offset }: { partition: number; offset: string }) => {
        this.seeks.set(partition, Number(offset));
      },
      run: async ({ eachBatch }: { eachBatch: (payload: unknown) => Promise<void> }) => this.run(eachBatch),
      disconnect: async () => {
        this.isConnected = false;
      },
    };
  }

  emit(event: string, payload: object): void {
    for (const listener of this.listeners.get(event) ?? []) listener({ payload });
  }

  private async run(eachBatch: (payload: unknown) => Promise<void>): Promise<void> {
    await Promise.resolve(); // the first offsets to seek come right after this call
    while (this.isConnected) {
      for (const [partition, offset] of this.seeks) this.positions.set(partition, offset);
      this.seeks.clear();
      for (const partition of this.logs.keys()) await this.fetch(partition, eachBatch);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  private async fetch(partition: number, eachBatch: (payload: unknown) => Promise<void>): Promise<void> {
    const {
      records,
      hidden = [],
      end,
      stable = end,
      silentFrom = Number.POSITIVE_INFINITY,
    } = this.logs[partition] as PartitionLog;
    const from = this.positions.get(partition) ?? 0;
    const later = this.later.get(partition) ?? [];
    const readable = [...[...records, ...hidden].filter((offset) => offset < stable), ...later]
      .filter((offset) => offset >= from && offset < silentFrom)
      .sort((a, b) => a - b)
      .slice(0, FETCHED);
    const last = readable.at(-1);
    if (last === undefined) return;
    this.fetches.push([partition, from]);
    const messages = readable
      .filter((offset) => records.includes(offset) || later.includes(offset))
      .map((offset) => ({ offset: String(offset), timestamp: String(100 - partition) }));
    this.positions.set(partition, last + 1);
    if (messages.length > 0) await eachBatch({ batch: { partition, messages } });
    this.emit('end', { partition, lastOffset: String(last) });
  }
}
