import { ApiError } from './api-error.js';

export type Direction = 'asc' | 'desc';

/** Where something stands in an order: by the value, and among equal ones by the id, ascending in both directions. */
export interface Place {
  readonly value: number;
  readonly id: number;
}

export const FIRST_PAGE = '*';

/** As in recorded pages: base64 of `value,id` of the last one on the page; for stories the value is `published_at` in ms. */
export function encodeCursor({ value, id }: Place): string {
  return Buffer.from(`${value},${id}`).toString('base64');
}

/** @throws ApiError 422 for a cursor that no answer gave */
export function decodeCursor(cursor: string): Place {
  const [, value, id] = /^(\d+),(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('latin1')) ?? [];
  if (value === undefined || id === undefined) {
    throw new ApiError(422, `The cursor \`${cursor.slice(0, 60)}\` is none that this API gave out.`);
  }
  return { value: Number(value), id: Number(id) };
}

export function comparePlaces(a: Place, b: Place, direction: Direction): number {
  return (direction === 'asc' ? a.value - b.value : b.value - a.value) || a.id - b.id;
}
