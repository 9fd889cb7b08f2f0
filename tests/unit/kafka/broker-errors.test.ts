import kafkajs from 'kafkajs';
import { UsageError } from '../../../src/errors.js';
import { explainBrokerErrors, kafkaErrors } from '../../../src/kafka/broker-errors.js';
import { endpointAt } from '../../fakes/kafka-endpoint.js';
import { failureOf } from '../failure-of.js';

const refused = new kafkajs.KafkaJSConnectionError('Connection error: ECONNREFUSED', { code: 'ECONNREFUSED' });
const noLeader = new kafkajs.KafkaJSProtocolError(Object.assign(new Error('There is no leader'), { retriable: true }));
const exceeded = (cause: Error) => new kafkajs.KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 2, retryTime: 300 });

const explain = (error: unknown) =>
  failureOf(explainBrokerErrors(endpointAt('here:9092'), 'create x_y', () => Promise.reject(error)));

describe('explainBrokerErrors', () => {
  test.each([
    ['a refused connection', refused],
    ['one behind retries', exceeded(refused)],
    [
      'one behind an error that is not tried again',
      Object.assign(new kafkajs.KafkaJSNonRetriableError('no'), { cause: refused }),
    ],
    ['a request that times out', exceeded(new kafkajs.KafkaJSRequestTimeoutError('late', {} as never))],
    ['a connection lost between requests', new Error('Broker not connected')],
  ])('takes %s for a broker that does not answer', async (_, error) => {
    expect(await explain(error)).toMatchObject({ code: 'BROKER_UNREACHABLE', exitCode: 3, cause: error });
  });

  test.each([
    ['an error of the protocol', noLeader, 'There is no leader'],
    ['one behind retries', exceeded(noLeader), 'There is no leader'],
    ['the first of several', new kafkajs.KafkaJSAggregateError('failed', [new Error('It collides')]), 'It collides'],
  ])('takes %s for a refusal', async (_, error, reason) => {
    expect(await explain(error)).toMatchObject({
      code: 'BROKER_REFUSED',
      exitCode: 5,
      message: `The broker refused to create x_y: ${reason}`,
    });
  });

  test.each([
    ['ours', new UsageError('It is wrong', 'Fix it.')],
    ['bugs', new TypeError('x is undefined')],
  ])('leaves %s as they are', async (_, error) => {
    expect(await explain(error)).toBe(error);
  });
});

describe('a topic that is missing', () => {
  const hint = (topic: string, existing: readonly string[] = []) => kafkaErrors.TOPIC_MISSING({ topic, existing }).hint;

  test('comes with the command that creates it, and for cars and news the one that fills it', () => {
    expect(hint('other', ['cars'])).toBe('There are: cars. `millrace topic create other` makes an empty one.');
    expect(hint('news')).toBe(
      'There are no topics yet. `millrace seed news` fills it; `millrace topic create news` makes an empty one.',
    );
  });

  test('comes with no command where the name is not allowed', () => {
    expect(hint('a b; ls', ['cars'])).toBe('There are: cars.');
  });
});
