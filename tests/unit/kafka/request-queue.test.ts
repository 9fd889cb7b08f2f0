import { setTimeout as sleep } from 'node:timers/promises';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import '../../../src/kafka/request-queue.js';

interface Queue {
  readonly maybeThrottle: (ms: number) => void;
  readonly push: (request: object) => void;
  readonly fulfillRequest: (answer: object) => void;
  readonly destroy: () => void;
}

const logger = { debug: () => undefined, warn: () => undefined };
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

let queue: Queue;
let sent: number[];
beforeEach(() => {
  const Queue = RequestQueue as unknown as new (options: object) => Queue;
  queue = new Queue({ maxInFlightRequests: 1, requestTimeout: 60_000, enforceRequestTimeout: false, logger });
  sent = [];
});
afterEach(() => queue.destroy());

function push(correlationId: number): void {
  const entry = { correlationId, resolve: () => undefined, reject: () => undefined };
  queue.push({ entry, expectResponse: true, sendRequest: () => sent.push(correlationId) });
}

const answer = (correlationId: number) => queue.fulfillRequest({ correlationId, payload: Buffer.alloc(0), size: 0 });

describe('the queue of requests', () => {
  test('leaves no timer behind while no request waits', () => {
    const before = timers();
    push(1);
    answer(1);
    expect(sent).toEqual([1]);
    expect(timers()).toBeLessThanOrEqual(before);
  });

  test('sends a request that waited for the answer to another', () => {
    push(1);
    push(2);
    expect(sent).toEqual([1]);
    answer(1);
    expect(sent).toEqual([1, 2]);
  });

  test('sends a request that the broker asked to hold back, once its time has come, and then leaves no timer', async () => {
    const before = timers();
    queue.maybeThrottle(30);
    push(1);
    expect(sent).toEqual([]);
    for (let looks = 0; sent.length === 0 && looks < 1_000; looks++) await sleep(10);
    expect(sent).toEqual([1]);
    answer(1);
    expect(timers()).toBeLessThanOrEqual(before);
  });
});
