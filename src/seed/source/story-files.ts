import { constants } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UsageError } from '../../errors.js';
import { isNotFound } from '../../project/atomic-file.js';
import { isObject } from './json-fields.js';
import { joinRest, splitLines } from './split-lines.js';
import { explainUnreadable, refuseUnlessFile } from './unreadable.js';

/** A story and where it stood, or what is wrong with that place. */
export type FoundStory = { position: string; story: unknown } | { position: string; problem: string };

/** A line of stories is long: small chunks would cost more than what is in them. */
const CHUNK_BYTES = 256 * 1024;
/** Node holds no longer text: 512 MB, counted as if each byte were a character. */
const LONGEST_TEXT_BYTES = constants.MAX_STRING_LENGTH;
const HINT = 'Give a page of the Aylien API, a JSON array of stories, one story, or one of these per line.';

/**
 * Reads the stories of a file: a JSON array, an API page, one story, or JSON Lines of stories or pages.
 * @throws UsageError for a file that cannot be read, is none of these, or is too large for what it is
 */
export async function* readStories(path: string, longestBytes = LONGEST_TEXT_BYTES): AsyncIterable<FoundStory> {
  const isLarge = (await sizeOrRefuse(path)) > longestBytes;
  const lines = filledLines(splitLines(createReadStream(path, { highWaterMark: CHUNK_BYTES }), longestBytes));
  try {
    yield* readFilled(path, isLarge, lines);
  } catch (error) {
    throw error instanceof RangeError ? tooLarge(path, error) : explainUnreadable(path, error);
  } finally {
    await lines.return(undefined); // closes the file when the reader stops early
  }
}

async function* readFilled(path: string, isLarge: boolean, lines: AsyncGenerator<Line>): AsyncIterable<FoundStory> {
  const [first, second] = [await nextLine(lines), await nextLine(lines)];
  if (!first) throw new UsageError(`${path} is empty`, HINT);
  if (second && 'value' in parseJson(first.text)) yield* readLines(path, [first, second], lines);
  else if (isLarge) throw tooLarge(path);
  else yield* readDocument(path, second ? [first, second] : [first], lines);
}

interface Line {
  readonly number: number;
  readonly text: string;
}

async function* filledLines(lines: AsyncIterable<string>): AsyncGenerator<Line> {
  let number = 0;
  for await (const line of lines) {
    number += 1;
    const text = line.replace(/^\uFEFF/, '').trim();
    if (text !== '') yield { number, text };
  }
}

async function nextLine(lines: AsyncGenerator<Line>): Promise<Line | undefined> {
  const { value, done } = await lines.next();
  return done ? undefined : value;
}

async function* readLines(path: string, head: readonly Line[], rest: AsyncIterable<Line>): AsyncIterable<FoundStory> {
  for (const line of head) yield* storiesOfLine(path, line);
  for await (const line of rest) yield* storiesOfLine(path, line);
}

function* storiesOfLine(path: string, { number, text }: Line): Iterable<FoundStory> {
  const position = `${basename(path)}:${number}`;
  const parsed = parseJson(text);
  if ('problem' in parsed) return yield { position, problem: parsed.problem };
  const inner = unwrap(parsed.value);
  if (!inner) return yield { position, story: parsed.value };
  for (const [index, story] of inner.entries()) yield { position: `${position}.${index + 1}`, story };
}

// One line, or a first line that is no JSON by itself, leads here: a large file of JSON Lines is not held as a whole.
async function* readDocument(
  path: string,
  head: readonly Line[],
  rest: AsyncIterable<Line>,
): AsyncIterable<FoundStory> {
  const lines = [...head, ...(await joinRest(rest))];
  const parsed = parseJson(lines.map(({ text }) => text).join('\n'));
  if ('value' in parsed) return yield* storiesOfDocument(path, parsed.value);
  if (!lines.some(({ text }) => isLineOfStories(text))) {
    throw new UsageError(`${path} is neither JSON nor JSON Lines`, HINT);
  }
  for (const line of lines) yield* storiesOfLine(path, line);
}

function* storiesOfDocument(path: string, value: unknown): Iterable<FoundStory> {
  const stories = unwrap(value) ?? [value];
  for (const [index, story] of stories.entries()) yield { position: `${basename(path)}:${index + 1}`, story };
}

function isLineOfStories(text: string): boolean {
  const parsed = parseJson(text);
  return 'value' in parsed && isObject(parsed.value);
}

function unwrap(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return isObject(value) && Array.isArray(value.stories) ? value.stories : undefined;
}

function parseJson(text: string): { value: unknown } | { problem: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    // The parser's message quotes the text, which may hold anything.
    return { problem: (error as SyntaxError).message.replace(/[\p{C}\s]+/gu, ' ') };
  }
}

function tooLarge(path: string, cause?: Error): UsageError {
  return new UsageError(
    `${path} is too large for one JSON text`,
    "Write one story per line, also in the first, as `jq -c '.[]'` does with an array.",
    { cause },
  );
}

async function sizeOrRefuse(path: string): Promise<number> {
  const found = await stat(path).catch((cause: unknown) => {
    if (!isNotFound(cause)) throw explainUnreadable(path, cause);
    throw new UsageError(`${path} does not exist`, 'Check the path of the file with stories.', { cause });
  });
  if (found.isDirectory()) throw new UsageError(`${path} is a folder, not a file`, 'Name the files in it one by one.');
  refuseUnlessFile(path, found);
  return found.size;
}
