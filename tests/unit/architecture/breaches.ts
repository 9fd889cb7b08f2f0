import { posix } from 'node:path';
import { importsOf, scanSource } from '../source-scan.js';
import { below, isInside, resolve, type SourceFile } from './sources.js';

/**
 * From the top down, for src and for folders in it: what stands there may import what stands below and itself, never what stands
 * above. `*.ts` are the files that lie in the folder itself and are not named.
 */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  '': [
    ...['main.ts', 'wiring.ts', 'commands', 'dashboard', 'models', 'runs', 'seed', 'news-emulator', 'news-api'],
    ...['cluster', 'jobs', 'spark', 'kafka', 'targets', 'provision', 'project', 'report', 'errors.ts'],
  ],
  targets: ['registry', 'docker', 'local', 'standalone', '*.ts'],
  runs: ['prune', 'explain', 'logs', 'show', 'list', 'submit', 'supervise', 'checkpoint', 'plan', 'state', 'record'],
  seed: ['*.ts', 'engine', 'live', 'mapping', 'aylien', 'resume', 'pace', 'source', 'brands'],
};

/** Rooms that stand apart: all that they may import, and all that may import them. */
const APART: Readonly<Record<string, { imports: readonly string[]; importers: readonly string[] }>> = {
  'news-emulator': { imports: ['news-api', 'targets', 'project', 'errors.ts'], importers: ['commands'] },
  'news-api': { imports: ['errors.ts'], importers: ['seed', 'news-emulator'] },
};

/** Packages that only one folder may know, so that replacing one of them changes that folder alone. */
const ONLY_IMPORTER: Readonly<Record<string, string>> = {
  handlebars: 'jobs',
  kafkajs: 'kafka',
  execa: 'targets',
  chalk: 'report',
  ora: 'report',
  'fastest-levenshtein': 'project',
};

/** The rules that one file breaks, in words. */
export function findBreaches({ file, text }: SourceFile): string[] {
  const source = scanSource(text);
  const rooms = Object.keys(LAYERS);
  const here = file.split('/')[0] ?? '';
  const breaches = rooms.flatMap((room) => (isInside(room, file) ? checkPlace(room, file) : []));
  for (const { from } of importsOf(source)) {
    if (from === undefined) breaches.push('imports a computed path');
    else if (from.startsWith('.')) breaches.push(...checkImport(file, from));
    else breaches.push(...checkPackage(here, from));
  }
  if (/\bconsole\b/.test(source.code) && here !== 'report') breaches.push('speaks through console');
  if (readsEnvironment(source.code) && !['main.ts', 'wiring.ts'].includes(here)) breaches.push('reads process.env');
  return breaches;
}

/** Where a file stands in a room: the name of the folder that it lies in, or its own. */
function placeIn(room: string, file: string): string {
  const [first = '', ...rest] = below(room, file).split('/');
  const isUnnamed = rest.length === 0 && !LAYERS[room]?.includes(first);
  return isUnnamed && LAYERS[room]?.includes('*.ts') ? '*.ts' : first;
}

function checkPlace(room: string, file: string): string[] {
  const place = placeIn(room, file);
  return LAYERS[room]?.includes(place) ? [] : [`${posix.join('src', room, place)} has no place in the layout`];
}

function checkImport(file: string, from: string): string[] {
  const target = resolve(file, from);
  if (target.startsWith('..')) return [`imports ${from}, outside src`];
  return [...Object.keys(LAYERS).flatMap((room) => checkOrder(room, file, target)), ...checkApart(file, target)];
}

function checkOrder(room: string, file: string, target: string): string[] {
  if (!isInside(room, file) || !isInside(room, target)) return [];
  const [here, there] = [placeIn(room, file), placeIn(room, target)];
  const order = LAYERS[room] ?? [];
  if (there === here || order.indexOf(there) > order.indexOf(here)) return [];
  return [`imports ${posix.join(room, there)}, which stands above ${posix.join(room, here)}`];
}

function checkApart(file: string, target: string): string[] {
  const [here, there] = [placeIn('', file), placeIn('', target)];
  if (here === there) return [];
  const isAllowed = (APART[here]?.imports.includes(there) ?? true) && (APART[there]?.importers.includes(here) ?? true);
  const apart = Object.hasOwn(APART, here) ? here : there;
  return isAllowed ? [] : [`imports ${there}: ${apart} stands apart`];
}

function checkPackage(here: string, from: string): string[] {
  const name = from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
  const only = Object.hasOwn(ONLY_IMPORTER, name) ? ONLY_IMPORTER[name] : undefined;
  if (from === 'node:process' || from === 'process' || from === 'console') return [`imports ${from}`];
  return only === undefined || only === here ? [] : [`imports ${name}, which only ${only} may`];
}

/** `process.env`, in brackets or taken out of `process` by its name. */
function readsEnvironment(code: string): boolean {
  return /\bprocess\s*\??\.\s*env\b|\bprocess\s*(\?\.)?\s*\[|\{[^{}]*\benv\b[^{}]*\}\s*=\s*process\b/.test(code);
}
