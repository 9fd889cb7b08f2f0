import kafkajs from 'kafkajs';
import { countUncommitted } from '../../../src/kafka/count-uncommitted.js';

describe('countUncommitted', () => {
  test('finds in kafkajs what it changes, and leaves the client as it was', () => {
    const kafka = new kafkajs.Kafka({ brokers: ['127.0.0.1:1'], logLevel: kafkajs.logLevel.NOTHING });
    const [symbol] = Object.getOwnPropertySymbols(kafka).filter(({ description }) =>
      /createCluster/.test(`${description}`),
    );
    const levelOf = (client: object) => {
      const create = (client as Record<symbol, (options: object) => { isolationLevel?: number }>)[symbol as symbol];
      return create?.({}).isolationLevel;
    };
    expect(levelOf(countUncommitted(kafka))).toBe(0);
    expect(levelOf(kafka)).toBeUndefined();
  });
});
