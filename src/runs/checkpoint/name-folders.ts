import { UsageError } from '../../errors.js';
import type { SharedFiles } from '../../targets/target.js';
import { NAME_FOLDERS, nameFolder } from '../record/run-paths.js';

const BACKUP = /\.backup-\d{8}T\d{6}Z$/;

/** What is in a folder of each kind. */
const HOLDS = { checkpoints: 'checkpoint', out: 'result' } as const;

/** The folders of a name that there are. @throws UsageError for a name that has none */
export async function foldersOfName(
  data: SharedFiles,
  name: string,
  kinds: ReadonlyArray<(typeof NAME_FOLDERS)[number]> = NAME_FOLDERS,
): Promise<string[]> {
  const lists = await Promise.all(kinds.map(async (kind) => ({ kind, names: await data.list(kind) })));
  const folders = lists.filter(({ names }) => names.includes(name)).map(({ kind }) => nameFolder(kind, name));
  if (folders.length > 0 && !BACKUP.test(name)) return folders;
  const known = [...new Set(lists.flatMap(({ names }) => names))].filter((other) => !BACKUP.test(other)).sort();
  throw new UsageError(
    `There is ${kinds.map((kind) => `no ${HOLDS[kind]}`).join(' and ')} of \`${name}\``,
    known.length > 0 ? `These names have some: ${known.join(', ')}.` : 'No stream has run here yet.',
  );
}

/** `20261124T154500Z`: sorts by time, and every file system allows it in a name. */
export function compactTime(time: Date): string {
  return `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}
