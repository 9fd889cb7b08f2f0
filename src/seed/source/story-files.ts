import { constants } from 'node:buffer';
import { UsageError } from '../../errors.js';
import { FileSource } from './file-source.js';
import { type InputFile, type InputOptions, openInputs } from './input-file.js';
import { isObject } from './json-fields.js';
import type { FoundItem } from './source.js';
import { collectAll, splitLines } from './split-lines.js';

type FoundStory = FoundItem<unknown>;

/** The longest text that Node can hold: 512 MB, if each byte is a character. */
const LONGEST_TEXT_BYTES = constants.MAX_STRING_LENGTH;
/** Lines of stories are long: with small chunks most of the time would go into joining them. */
const CHUNK_BYTES = 256 * 1024;
const STORIES_AT_ONCE = 10;
const HINT = 'Give a page of the Aylien API, a JSON array of stories, one story, or one of these per line.';

/**
 * Opens the files of stories to seed: each is a JSON array, an API page, one story, or JSON Lines of stories or pages.
 * @throws UsageError for a file that cannot be read, is none of these, or is too large for one JSON text, and for two of one name
 */
export async function openStoryFiles(
  options: InputOptions,
  longestBytes = LONGEST_TEXT_BYTES,
): Promise<FileSource<unknown, InputFile>> {
  const read = (file: InputFile) => readStories(file, longestBytes);
  const files = await openInputs(options, {
    missingHint: 'Check the path of the file with stories.',
    prepare: async (file) => {
      for await (const _first of read(file)) break;
      return file;
    },
  });
  return new FileSource({ files, read, labelOf: () => 'stories' });
}

async function* readStories(file: InputFile, longestBytes: number): AsyncGenerator<FoundStory[]> {
  let stories: FoundStory[] = [];
  for await (const story of readOneByOne(file, longestBytes)) {
    stories.push(story);
    if (stories.length < STORIES_AT_ONCE) continue;
    yield stories;
    stories = [];
  }
  yield stories;
}

async function* readOneByOne(file: InputFile, longestBytes: number): AsyncIterable<FoundStory> {
  const lines = nonBlankLines(splitLines(file.chunks(CHUNK_BYTES), longestBytes));
  try {
    yield* readLinesOrDocument(file.path, file.bytes > longestBytes, lines);
  } catch (error) {
    throw error instanceof RangeError ? tooLarge(file.path, error) : error;
  }
}

async function* readLinesOrDocument(
  path: string,
  isLarge: boolean,
  lines: AsyncGenerator<Line>,
): AsyncIterable<FoundStory> {
  const [first, second] = [await nextLine(lines), await nextLine(lines)];
  if (!first) throw new UsageError(`${path} is empty`, HINT);
  if (second && 'value' in parseJson(first.text)) yield* readLines([first, second], lines);
  else if (isLarge) throw tooLarge(path);
  else yield* readDocument(path, second ? [first, second] : [first], lines);
}

interface Line {
  readonly number: number;
  readonly text: string;
}

async function* nonBlankLines(lines: AsyncIterable<string>): AsyncGenerator<Line> {
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

async function* readLines(head: readonly Line[], rest: AsyncIterable<Line>): AsyncIterable<FoundStory> {
  for (const line of head) yield* storiesOfLine(line);
  for await (const line of rest) yield* storiesOfLine(line);
}

function* storiesOfLine({ number, text }: Line): Iterable<FoundStory> {
  const parsed = parseJson(text);
  if ('problem' in parsed) return yield { at: number, problem: parsed.problem };
  const inner = unwrap(parsed.value);
  if (!inner) return yield { at: number, raw: parsed.value };
  for (const [index, story] of inner.entries()) yield { at: `${number}.${index + 1}`, raw: story };
}

// For a file of one line, or whose first line alone is not JSON. A large file of JSON Lines is never in memory as a whole.
async function* readDocument(
  path: string,
  head: readonly Line[],
  rest: AsyncIterable<Line>,
): AsyncIterable<FoundStory> {
  const lines = [...head, ...(await collectAll(rest))];
  const parsed = parseJson(lines.map(({ text }) => text).join('\n'));
  if ('value' in parsed) return yield* storiesOfDocument(parsed.value);
  if (!lines.some(({ text }) => isLineOfStories(text))) {
    throw new UsageError(`${path} is neither JSON nor JSON Lines`, HINT);
  }
  for (const line of lines) yield* storiesOfLine(line);
}

function* storiesOfDocument(value: unknown): Iterable<FoundStory> {
  const stories = unwrap(value) ?? [value];
  for (const [index, story] of stories.entries()) yield { at: index + 1, raw: story };
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
    // The parser's message quotes the text, which may have control characters and line ends.
    return { problem: (error as SyntaxError).message.replace(/[\p{C}\s]+/gu, ' ') };
  }
}

function tooLarge(path: string, cause?: Error): UsageError {
  return new UsageError(
    `${path} is too large for one JSON text`,
    "Write one story per line, also in the first line, as `jq -c '.[]'` does with an array.",
    { cause },
  );
}
