import { UsageError } from '../../../src/errors.js';
import { brokerAt } from '../../../src/kafka/broker.js';
import { checkTopicName } from '../../../src/kafka/topic-name.js';
import { deleteTopic } from '../../../src/kafka/topics.js';
import { endpointAt } from '../../fakes/kafka-endpoint.js';

describe('checkTopicName', () => {
  test.each(['cars', 'a', '...', 'Windowed_News-2.dead-letters', 'x'.repeat(249)])('takes %p', (topic) => {
    expect(checkTopicName(topic)).toBe(topic);
  });

  test.each(['', '.', '..', 'my cars', 'a/b', 'škoda', 'a\n', 'a,b', 'x'.repeat(250)])('refuses %p', (topic) => {
    expect(() => checkTopicName(topic)).toThrow(UsageError);
    expect(() => checkTopicName(topic)).toThrow(`\`${topic}\` cannot name a topic`);
  });
});

describe('deleteTopic', () => {
  test('refuses a topic of the broker itself, before it asks the broker', async () => {
    await expect(deleteTopic(brokerAt(endpointAt('127.0.0.1:1')), '__consumer_offsets')).rejects.toThrow(UsageError);
  });
});
