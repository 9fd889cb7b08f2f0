import type { Polarity } from '../../../news-api/story.js';

export function readPolarity(value: unknown): Polarity | null {
  return value === 'positive' || value === 'neutral' || value === 'negative' ? value : null;
}
