import { posix } from 'node:path';
import { below, isInside, type SourceFile, targetsOf } from './sources.js';

/** Parts of one folder, each of which leads back to itself through the others. */
export interface Circle {
  readonly room: string;
  readonly parts: string;
  /** An import for each step between two of them. */
  readonly because: readonly string[];
}

/**
 * The circles among the parts of each folder, at any depth. A part is a folder with all that is in it; the files that lie in the
 * folder itself are one part, but those of src are one each, since main and errors are no layer together.
 */
export function findCircles(sources: readonly SourceFile[]): Circle[] {
  const steps = sources.flatMap((source) => targetsOf(source).map((to) => ({ file: source.file, to })));
  const rooms = new Set(sources.flatMap(({ file }) => foldersOf(file)));
  return [...rooms].sort().flatMap((room) => circlesIn(room, steps));
}

/** `a` and `a/b` for `a/b/c.ts`, and src itself. */
function foldersOf(file: string): string[] {
  const names = file.split('/').slice(0, -1);
  return ['', ...names.map((_, at) => names.slice(0, at + 1).join('/'))];
}

function circlesIn(room: string, steps: ReadonlyArray<{ file: string; to: string }>): Circle[] {
  const graph = new Map<string, Map<string, string>>();
  for (const { file, to } of steps.filter((step) => isInside(room, step.file) && isInside(room, step.to))) {
    const [from, next] = [partOf(room, file), partOf(room, to)];
    const before = graph.get(from) ?? new Map<string, string>();
    if (from !== next && !before.has(next)) before.set(next, `${file} imports ${to}`);
    graph.set(from, before);
  }
  return groupCircles(graph).map((circle) => ({ room, ...circle }));
}

function partOf(room: string, file: string): string {
  const [first = '', ...rest] = below(room, file).split('/');
  return rest.length > 0 || room === '' ? posix.join(room, first) : room;
}

function groupCircles(graph: ReadonlyMap<string, ReadonlyMap<string, string>>): Omit<Circle, 'room'>[] {
  const reached = new Map([...graph.keys()].map((part) => [part, reach(graph, part)]));
  const groups = [...graph.keys()].map((part) =>
    [...(reached.get(part) ?? [])].filter((other) => reached.get(other)?.has(part)).sort(),
  );
  const named = new Map(groups.filter((parts) => parts.length > 0).map((parts) => [parts.join(', '), parts]));
  return [...named].map(([name, parts]) => ({
    parts: name,
    because: parts.flatMap((from) => parts.flatMap((to) => graph.get(from)?.get(to) ?? [])),
  }));
}

/** All that a part imports, and what that imports; itself only where it stands in a circle. */
function reach(graph: ReadonlyMap<string, ReadonlyMap<string, string>>, from: string): Set<string> {
  const found = new Set<string>();
  const left = [from];
  for (let part = left.pop(); part !== undefined; part = left.pop()) {
    for (const next of graph.get(part)?.keys() ?? []) {
      if (found.has(next)) continue;
      found.add(next);
      left.push(next);
    }
  }
  return found;
}
