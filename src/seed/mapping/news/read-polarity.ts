import type { Polarity } from '../../aylien/api-types.js';

export function readPolarity(value: unknown): Polarity | null {
  return value === 'positive' || value === 'neutral' || value === 'negative' ? value : null;
}
