import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { UsageError } from '../../errors.js';
import { explainUnreadable } from '../source/unreadable.js';

const LARGEST_BYTES = 65_536;
const OTHERS = 0o077;
const LINE = /^(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^"'].*|))$/;

/**
 * The values in a file of lines `NAME=value`. Blank lines and those that begin with `#` are skipped; a value may be in quotes.
 * @throws UsageError when it cannot be read, when others than its owner may read it, or for any other line
 */
export async function readCredentialsFile(path: string): Promise<Readonly<Record<string, string>>> {
  return parseLines(path, await readPrivate(path));
}

async function readPrivate(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    // Without O_NONBLOCK this would hang on a pipe.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = await file.stat();
    if (!found.isFile() || found.size > LARGEST_BYTES) {
      throw new UsageError(
        `${path} is not a file of credentials`,
        'Give a small text file of lines such as AYLIEN_APP_ID=….',
      );
    }
    if ((found.mode & OTHERS) !== 0) throw openToOthers(path, found.mode);
    return await file.readFile('utf8');
  } catch (error) {
    throw explainUnreadable(path, error);
  } finally {
    await file?.close();
  }
}

function openToOthers(path: string, mode: number): UsageError {
  const shown = (mode & 0o777).toString(8).padStart(3, '0');
  return new UsageError(
    `${path} holds credentials, and others than its owner have rights to it (mode ${shown})`,
    `Run \`chmod 600 ${path}\`, and get a new key if other people use this machine.`,
  );
}

function parseLines(path: string, text: string): Record<string, string> {
  const lines = text
    .split(/\r?\n/)
    .map((line, index) => ({ line: line.replace(/^\uFEFF/, '').trim(), number: index + 1 }));
  return Object.fromEntries(
    lines
      .filter(({ line }) => line !== '' && !line.startsWith('#'))
      .map(({ line, number }) => {
        const [, name, double, single, bare] = LINE.exec(line) ?? [];
        // Never the line itself: it may hold a key.
        if (name === undefined)
          throw new UsageError(`Line ${number} of ${path} is not NAME=value`, 'Write AYLIEN_APP_ID=… there.');
        return [name, double ?? single ?? bare ?? ''];
      }),
  );
}
