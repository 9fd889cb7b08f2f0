import type { ProjectFolder } from '../../project/project-folder.js';

/** Stands for the project's folder. No path contains it otherwise: projects in folders with braces are refused. */
const PLACEHOLDER = '{project}';

/** The fields of a run's record that contain paths. */
interface Paths {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly script: string | null;
}

type Stored<T> = T & { readonly placeholder?: string };

/** The record with paths that stay right when the project's folder is moved or copied. */
export function toStored<T extends Paths>(record: T, { root }: ProjectFolder): Stored<T> {
  const placeholder = unusedIn(JSON.stringify(record));
  return { ...mapPaths(record, (text) => withFolder(text, root, placeholder)), placeholder };
}

/**
 * The record with the paths of the project's present folder. Records of earlier versions have absolute paths; the path of
 * Spark's settings in the command shows where the project was then.
 */
export function fromStored<T extends Partial<Paths>>(
  { placeholder, ...stored }: Stored<T>,
  { root }: ProjectFolder,
): T {
  const record = stored as unknown as T;
  if (placeholder !== undefined) return mapPaths(record, (text) => text.replaceAll(placeholder, () => root));
  const before = folderOfEarlierVersion(record.command ?? []);
  return before === undefined ? record : mapPaths(record, (text) => withFolder(text, before, root));
}

/** Replaces whole folder names at the beginning of a path only: `/p` is neither in `/data/p` nor in `/p2`. */
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

/** An argument that the user gave may contain the text of the placeholder. */
function unusedIn(text: string): string {
  let placeholder = PLACEHOLDER;
  for (let number = 2; text.includes(placeholder); number++) placeholder = `{project-${number}}`;
  return placeholder;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
