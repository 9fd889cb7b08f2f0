import { z } from 'zod';
import { isObject, readList } from '../source/json-fields.js';
import type { TextCleaner } from './foreign-text.js';
import { PassingFault } from './passing-fault.js';

export interface Envelope {
  readonly stories: readonly unknown[];
  /** Null where the answer has none. */
  readonly cursor: string | null;
  readonly warnings: readonly string[];
}

const MOST_WARNINGS = 20;

const envelopeSchema = z.object({
  stories: z.array(z.unknown()),
  // A cursor that is not text means a broken page, not the last one.
  next_page_cursor: z.string().nullish(),
  warnings: z.unknown().optional(),
});

/**
 * The page in the body of an answer of 200.
 * @throws PassingFault for anything else: a page that was cut off, a gateway's HTML
 */
export function readEnvelope(body: string, cleanText: TextCleaner): Envelope {
  const parsed = envelopeSchema.safeParse(readJsonBody(body));
  if (!parsed.success) throw new PassingFault('it answered with JSON that is not a page of stories');
  const { stories, next_page_cursor: cursor, warnings } = parsed.data;
  return { stories, cursor: cursor || null, warnings: readWarnings(warnings, cleanText) };
}

function readWarnings(warnings: unknown, cleanText: TextCleaner): string[] {
  const texts = readList(warnings).map((warning) => {
    const parts = isObject(warning) ? [warning.id, warning.detail] : [warning];
    return parts
      .map(cleanText)
      .filter((part) => part !== null)
      .join(': ');
  });
  return texts.filter((text) => text !== '').slice(0, MOST_WARNINGS);
}

/** @throws PassingFault when the body is not JSON */
export function readJsonBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new PassingFault(`it answered with ${describe(body)} where JSON was expected`);
  }
}

function describe(body: string): string {
  const start = body.trimStart();
  if (start === '') return 'nothing';
  if (start.startsWith('<')) return 'HTML or XML';
  return /^[[{]/.test(start) ? 'broken JSON' : 'text';
}
