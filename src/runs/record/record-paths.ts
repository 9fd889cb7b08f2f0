import type { ProjectFolder } from '../../project/project-folder.js';

/** Stands for the project's folder: a folder that holds braces is refused, so no path has it by itself. */
const PLACEHOLDER = '{project}';

/** The fields of a run's record that hold paths. */
interface Paths {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly script: string | null;
}

type Stored<T> = T & { readonly placeholder?: string };

/** The record with paths that go along when the project's folder is moved or copied. */
export function toStored<T extends Paths>(record: T, { root }: ProjectFolder): Stored<T> {
  const placeholder = unusedIn(JSON.stringify(record));
  return { ...mapPaths(record, (text) => withFolder(text, root, placeholder)), placeholder };
}

/** The same with the paths of today; those of earlier versions are absolute, and tell the folder by the place of Spark's settings. */
export function fromStored<T extends Partial<Paths>>(
  { placeholder, ...stored }: Stored<T>,
  { root }: ProjectFolder,
): T {
  const record = stored as unknown as T;
  if (placeholder !== undefined) return mapPaths(record, (text) => text.replaceAll(placeholder, () => root));
  const before = folderOfEarlierVersion(record.command ?? []);
  return before === undefined ? record : mapPaths(record, (text) => withFolder(text, before, root));
}

/** Only at the beginning of a path, and up to the end of a folder's name: `/p` is in neither `/data/p` nor `/p2`. */
function withFolder(text: string, before: string, after: string): string {
  const path = new RegExp(`(?<=^|[=:,;\\s'"]|:\\/\\/)${escapePattern(before)}(?=$|[/:,;\\s'"])`, 'g');
  return text.replace(path, () => after);
}

function folderOfEarlierVersion(command: readonly string[]): string | undefined {
  const settings = command[command.indexOf('--properties-file') + 1] ?? '';
  return /^(\/.+)\/\.millrace\/services\/spark\/spark\.conf$/.exec(settings)?.[1];
}

function mapPaths<T extends Partial<Paths>>(record: T, change: (text: string) => string): T {
  const { command, environment, script } = record;
  return {
    ...record,
    ...(command ? { command: command.map(change) } : {}),
    ...(environment
      ? { environment: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, change(value)])) }
      : {}),
    ...(script ? { script: change(script) } : {}),
  };
}

/** An argument of the user's may hold the very text. */
function unusedIn(text: string): string {
  let placeholder = PLACEHOLDER;
  for (let number = 2; text.includes(placeholder); number++) placeholder = `{project-${number}}`;
  return placeholder;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
