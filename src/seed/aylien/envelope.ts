import { z } from 'zod';
import { isObject, readList } from '../source/json-fields.js';
import type { WordReader } from './foreign-text.js';
import { PassingFault } from './passing-fault.js';

export interface Envelope {
  readonly stories: readonly unknown[];
  /** Null where none came. */
  readonly cursor: string | null;
  readonly warnings: readonly string[];
}

const MOST_WARNINGS = 20;

const envelopeSchema = z.object({
  stories: z.array(z.unknown()),
  // One that is no text is a broken page, not the last one.
  next_page_cursor: z.string().nullish(),
  warnings: z.unknown().optional(),
});

/**
 * The page in a body of 200.
 * @throws PassingFault when it is none: the rest of a cut one, a gateway's HTML
 */
export function readEnvelope(body: string, readWord: WordReader): Envelope {
  const parsed = envelopeSchema.safeParse(readJsonBody(body));
  if (!parsed.success) throw new PassingFault('it answered with JSON that is no page of stories');
  const { stories, next_page_cursor: cursor, warnings } = parsed.data;
  return { stories, cursor: cursor || null, warnings: readWarnings(warnings, readWord) };
}

function readWarnings(warnings: unknown, readWord: WordReader): string[] {
  const texts = readList(warnings).map((warning) => {
    const parts = isObject(warning) ? [warning.id, warning.detail] : [warning];
    return parts
      .map(readWord)
      .filter((part) => part !== null)
      .join(': ');
  });
  return texts.filter((text) => text !== '').slice(0, MOST_WARNINGS);
}

/** @throws PassingFault when the body is no JSON */
export function readJsonBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new PassingFault(`it answered with ${describe(body)} where JSON was due`);
  }
}

function describe(body: string): string {
  const start = body.trimStart();
  if (start === '') return 'nothing';
  if (start.startsWith('<')) return 'HTML or XML';
  return /^[[{]/.test(start) ? 'broken JSON' : 'text';
}
