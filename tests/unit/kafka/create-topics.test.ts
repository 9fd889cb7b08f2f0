import kafkajs from 'kafkajs';
import type { Broker } from '../../../src/kafka/broker.js';
import { createTopics, deleteTopic } from '../../../src/kafka/topics.js';
import { endpointAt } from '../../fakes/kafka-endpoint.js';
import { failureOf } from '../failure-of.js';

const protocolError = (type: string, retriable = true) => {
  const said = Object.assign(new Error(type), { type, code: 3, retriable });
  return new kafkajs.KafkaJSProtocolError(said);
};

/** A broker that has `existing` and answers a look at new topics with each of `answers`, and a change as `change` says. */
function brokerThat(existing: string[], answers: Error[], change: () => void = () => undefined) {
  const asked: string[][] = [];
  const made: string[] = [];
  const admin = {
    connect: async () => undefined,
    disconnect: async () => undefined,
    listTopics: async () => existing,
    deleteTopics: async () => change(),
    createTopics: async ({ topics }: { topics: { topic: string }[] }) => {
      change();
      made.push(...topics.map(({ topic }) => topic));
    },
    fetchTopicMetadata: async ({ topics }: { topics: string[] }) => {
      asked.push(topics);
      const answer = answers.shift();
      if (answer !== undefined) throw answer;
    },
  };
  const broker = {
    endpoint: endpointAt('here:9092'),
    kafka: { admin: () => admin },
    patienceMs: 5_000,
  } as unknown as Broker;
  return { broker, asked, made };
}

describe('createTopics', () => {
  test('waits for a broker that does not know a new topic yet', async () => {
    const late = new kafkajs.KafkaJSNumberOfRetriesExceeded(protocolError('LEADER_NOT_AVAILABLE'), {
      retryCount: 2,
      retryTime: 300,
    });
    const { broker, asked, made } = brokerThat(['cars'], [protocolError('UNKNOWN_TOPIC_OR_PARTITION'), late]);
    expect(await createTopics(broker, ['cars', 'news', 'news'])).toEqual(['news']);
    expect(new Set(made)).toEqual(new Set(['news']));
    expect(asked).toEqual([['news'], ['news'], ['news']]);
  });

  test('names a topic as created when the broker answered too late', async () => {
    const existing = ['cars'];
    const { broker, made } = brokerThat(existing, [], () => {
      existing.push('news');
      throw protocolError('REQUEST_TIMED_OUT');
    });
    expect(await createTopics(broker, ['news'])).toEqual(['news']);
    expect(made).toEqual([]);
  });

  test('reports any other refusal of the broker', async () => {
    const { broker, asked } = brokerThat([], [protocolError('TOPIC_AUTHORIZATION_FAILED', false)]);
    expect(await failureOf(createTopics(broker, ['news']))).toMatchObject({
      code: 'BROKER_REFUSED',
      message: 'The broker refused to create news: TOPIC_AUTHORIZATION_FAILED',
    });
    expect(asked).toHaveLength(1);
  });

  test('sends no request where all topics exist', async () => {
    const { broker, asked, made } = brokerThat(['cars'], []);
    expect(await createTopics(broker, ['cars'])).toEqual([]);
    expect([asked, made]).toEqual([[], []]);
  });
});

describe('deleteTopic', () => {
  test('is content when the topic is gone, although the broker answered too late', async () => {
    const existing = ['cars', 'news'];
    const { broker } = brokerThat(existing, [], () => {
      existing.pop();
      throw protocolError('REQUEST_TIMED_OUT');
    });
    await deleteTopic(broker, 'news');
    expect(existing).toEqual(['cars']);
  });

  test('throws for a topic that does not exist', async () => {
    const { broker } = brokerThat(['cars'], []);
    expect(await failureOf(deleteTopic(broker, 'news'))).toMatchObject({ code: 'TOPIC_MISSING' });
  });
});
