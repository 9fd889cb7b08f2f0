import { modelErrors } from '../../../src/models/model-errors.js';

test('a training that was refused names the topic that it read', () => {
  const hint = (topic: string) =>
    modelErrors.TRAINING_REFUSED({ run: 'train-car-price-1', reason: 'too few rows', topic }).hint;
  expect(hint('other')).toBe('Fill the topic with `millrace seed cars --topic other` and train again.');
  expect(hint('cars')).toBe('Fill the topic with `millrace seed cars` and train again.');
});
