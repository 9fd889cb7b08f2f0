import kafkajs from 'kafkajs';
import type { Broker } from '../../../src/kafka/broker.js';
import { createTopics, deleteTopic, emptyTopic } from '../../../src/kafka/topics.js';
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
  const settings: object[][] = [];
  const admin = {
    connect: async () => undefined,
    disconnect: async () => undefined,
    listTopics: async () => existing,
    deleteTopics: async () => change(),
    createTopics: async ({ topics }: { topics: { topic: string; configEntries: object[] }[] }) => {
      change();
      settings.push(...topics.map(({ configEntries }) => configEntries));
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
  return { broker, asked, made, settings };
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

  test('gives a topic the settings that are asked for it alone', async () => {
    const { broker, settings } = brokerThat([], []);
    const compacted = new Map([['results', { 'cleanup.policy': 'compact,delete' }]]);
    await createTopics(broker, ['results', 'letters'], { settings: compacted });
    expect(settings).toEqual([[{ name: 'cleanup.policy', value: 'compact,delete' }], []]);
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

describe('emptyTopic', () => {
  const refusing = (type: string) => {
    const deleteTopicRecords = async ({ topic }: { topic: string }) => {
      const partitions = [{ partition: 0, offset: '3', error: protocolError(type, false) }];
      throw new kafkajs.KafkaJSDeleteTopicRecordsError({ topic, partitions });
    };
    const admin = {
      connect: async () => undefined,
      disconnect: async () => undefined,
      fetchTopicOffsets: async () => [{ partition: 0, low: '0', high: '3' }],
      deleteTopicRecords,
    };
    return { endpoint: endpointAt('here:9092'), kafka: { admin: () => admin }, patienceMs: 0 } as unknown as Broker;
  };

  test('says of a compacted topic that it is one, and the way out', async () => {
    expect(await failureOf(emptyTopic(refusing('POLICY_VIOLATION'), 'cars'))).toMatchObject({
      ...{ code: 'TOPIC_COMPACTED', exitCode: 2, topic: 'cars' },
      hint: expect.stringContaining('`millrace topic delete cars`'),
    });
  });

  test('gives the reason of any other refusal', async () => {
    expect(await failureOf(emptyTopic(refusing('TOPIC_AUTHORIZATION_FAILED'), 'cars'))).toMatchObject({
      message: 'The broker refused to empty cars: TOPIC_AUTHORIZATION_FAILED',
    });
  });
});
