import { posix } from 'node:path';
import { importsOf, scanSource } from '../source-scan.js';

/** A file of src: its path below src, and its text. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** Whether a file lies in a folder of src, at any depth; the empty name is src itself. */
export function isInside(room: string, file: string): boolean {
  return room === '' || file.startsWith(`${room}/`);
}

/** The path of a file from a folder on that it lies in. */
export function below(room: string, file: string): string {
  return room === '' ? file : file.slice(room.length + 1);
}

/** The file that an import means, as a path below src. */
export function resolve(file: string, from: string): string {
  return posix.join(posix.dirname(file), from).replace(/\.js$/, '.ts');
}

/** All files of src that a source imports. */
export function targetsOf({ file, text }: SourceFile): string[] {
  const paths = importsOf(scanSource(text)).flatMap(({ from }) => (from?.startsWith('.') ? [resolve(file, from)] : []));
  return paths.filter((path) => !path.startsWith('..'));
}
