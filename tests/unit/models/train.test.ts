import { TrainingRefusedError } from '../../../src/models/train.js';

test('a training that was refused names the topic that it read', () => {
  const hint = (topic: string) => new TrainingRefusedError('train-car-price-1', 'too few rows', topic).hint;
  expect(hint('other')).toBe('Fill the topic with `millrace seed cars --topic other` and train again.');
  expect(hint('cars')).toBe('Fill the topic with `millrace seed cars` and train again.');
});
