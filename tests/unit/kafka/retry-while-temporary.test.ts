import kafkajs from 'kafkajs';
import { retryWhileTemporary } from '../../../src/kafka/broker.js';
import { failureOf } from '../failure-of.js';

const said = (message: string, retriable: boolean) =>
  new kafkajs.KafkaJSProtocolError(Object.assign(new Error(message), { type: 'ANY', code: 6, retriable }));

/** Fails with each of the errors in turn, then succeeds. */
function workThat(...errors: Error[]) {
  let times = 0;
  return {
    times: () => times,
    work: async () => {
      const error = errors[times++];
      if (error !== undefined) throw error;
      return 'done';
    },
  };
}

describe('retryWhileTemporary', () => {
  test.each([
    ['what passes', said('This server is not the leader', true)],
    [
      'what passes behind retries',
      new kafkajs.KafkaJSNumberOfRetriesExceeded(said('late', true), { retryCount: 2, retryTime: 1 }),
    ],
    ['a connection lost midway', new TypeError("Cannot read properties of null (reading 'topicMetadata')")],
    ['what passes in a list', new kafkajs.KafkaJSAggregateError('no', [said('It timed out', true)])],
  ])('asks again after %s', async (_, error) => {
    const { work, times } = workThat(error, error);
    expect(await retryWhileTemporary({ patienceMs: 5_000 }, work)).toBe('done');
    expect(times()).toBe(3);
  });

  test.each([
    ['what stays', 5_000, said('Not authorized', false)],
    ['what stays in a list', 5_000, new kafkajs.KafkaJSAggregateError('no', [said('It collides', false)])],
    ['a bug', 5_000, new TypeError('x is undefined')],
    ['what passes without patience', 0, said('This server is not the leader', true)],
  ])('reports %s at once', async (_, patienceMs, error) => {
    const { work, times } = workThat(error);
    expect(await failureOf(retryWhileTemporary({ patienceMs }, work))).toBe(error);
    expect(times()).toBe(1);
  });

  test('reports a refusal that lasts too long', async () => {
    const error = said('This server is not the leader', true);
    const attempt = retryWhileTemporary({ patienceMs: 150 }, () => Promise.reject(error));
    expect(await failureOf(attempt)).toBe(error);
  });
});
