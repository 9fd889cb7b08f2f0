import { ApiError } from './api-error.js';

export type Direction = 'asc' | 'desc';

/** A position in a sorted list: sorted by value, and equal values by id, which ascends in both directions. */
export interface CursorPosition {
  readonly value: number;
  readonly id: number;
}

export const FIRST_PAGE = '*';

/** As in recorded pages: base64 of `value,id` of the last item of the page. For stories the value is `published_at` in ms. */
export function encodeCursor({ value, id }: CursorPosition): string {
  return Buffer.from(`${value},${id}`).toString('base64');
}

/** @throws ApiError 422 for a cursor that this API cannot have sent */
export function decodeCursor(cursor: string): CursorPosition {
  const [, value, id] = /^(\d+),(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('latin1')) ?? [];
  if (value === undefined || id === undefined) {
    throw new ApiError(422, `The cursor \`${cursor.slice(0, 60)}\` was not sent by this API.`);
  }
  return { value: Number(value), id: Number(id) };
}

export function comparePositions(a: CursorPosition, b: CursorPosition, direction: Direction): number {
  return (direction === 'asc' ? a.value - b.value : b.value - a.value) || a.id - b.id;
}
