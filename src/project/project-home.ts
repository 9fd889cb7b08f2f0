import { createHash, randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isNotFound, readJsonNow, toJson } from './atomic-file.js';
import { identifySelf, isAlive, type ProcessIdentity } from './process-identity.js';

/** Where a target keeps what its last `up` decided; of earlier versions the only file that may name the project's folder. */
export const CLUSTER_FILE = 'cluster.json';
const HOME_FILE = 'project.json';

/** Which project this is, and where it lies. */
export interface ProjectHome {
  /** Eight hexadecimal digits, the same for as long as there is the project, wherever its folder is moved to. */
  readonly id: string;
  /** Its folder with links resolved: what is started for the project is recorded with it. */
  readonly folder: string;
  /** Folders that it was moved out of: what was started there is still this project's. */
  readonly formerly: readonly string[];
  /** The folder of the project that this one began as a copy of. */
  readonly copyOf?: string;
}

/** `isGuessed`: its id is that of earlier versions, so another one in the same folder tells nothing. */
interface Known {
  readonly home: ProjectHome;
  readonly isGuessed: boolean;
}

/** A process that was started for a project; records of earlier versions do not say for which. */
export interface ProjectProcess extends ProcessIdentity {
  readonly folder?: string;
}

/** `moved`: this project's, started before its folder was moved, so it works in a folder that is gone. */
export type Belonging = 'here' | 'moved' | 'foreign';

/**
 * The project whose `.millrace` folder this is. The rule that tells a copied folder from a moved one stands here alone:
 * the file names the folder that it was written in. Where that is another one than today's and still holds the same
 * project, or what cannot be read, this is a copy: another project, to which nothing belongs that was started for the
 * first. Where it is gone or holds something else, the project has been moved, unless one of `others`, folders of known
 * projects, has taken its place already. That is decided at the first look, and kept.
 */
export function homeOf(state: string, others: () => readonly string[] = () => []): ProjectHome {
  const here = realPath(dirname(state));
  const told = readHomeFile(state);
  const known = told ? { home: told, isGuessed: false } : homeByCluster(state);
  if (!known) return { id: newId(here), folder: here, formerly: [] };
  const home = settle(known, here, state, others);
  if (home !== told) save(state, home);
  return home;
}

/** Writes down which project this is, before the first thing is started for it; one that is known stays as it is. */
export function establishHome(state: string): ProjectHome {
  const home = homeOf(state);
  mkdirSync(state, { recursive: true });
  if (isDamaged(state)) save(state, home);
  else withDraft(state, home, (draft) => linkSync(draft, homeFile(state)), 'EEXIST');
  return homeOf(state);
}

/** Where a project writes down which one it is: a `.millrace` folder without it holds at most what a driver has left. */
export function homeFile(state: string): string {
  return join(state, HOME_FILE);
}

export function belongingOf(state: string, { folder }: { readonly folder?: string | undefined }): Belonging {
  const home = homeOf(state);
  // Without a folder it is of an earlier version, and not of this project where that began as a copy.
  if (folder === undefined) return home.copyOf === undefined ? 'here' : 'foreign';
  if (folder === home.folder) return 'here';
  return home.formerly.includes(folder) ? 'moved' : 'foreign';
}

export function isOurs(state: string, record: { readonly folder?: string | undefined }): boolean {
  return belongingOf(state, record) !== 'foreign';
}

/** Whether the process runs and is this project's: only then may it be shown, waited for or signalled. */
export function isAliveHere(state: string, process: ProjectProcess): boolean {
  return isAlive(process) && isOurs(state, process);
}

/** How what is started for a project tells whose it is; `cluster.json` is also asked where `project.json` was damaged. */
export function ownerOf(state: string): { readonly id: string; readonly project: string } {
  const { id, folder } = homeOf(state);
  return { id, project: folder };
}

/** The process that asks, as this project's records name it. */
export function identifySelfIn(state: string): ProjectProcess {
  return { ...identifySelf(), folder: homeOf(state).folder };
}

/** The path without symbolic links, also of what is not there yet. */
export function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
}

function settle(known: Known, here: string, state: string, others: () => readonly string[]): ProjectHome {
  const { home } = known;
  const there = join(home.folder, basename(state));
  if (home.folder === here || isSameFolder(there, state)) return home;
  const original = holds(there, known) ? home.folder : others().find((folder) => hasTaken(folder, home, here));
  if (original !== undefined) return { id: newId(here), folder: here, formerly: [], copyOf: original };
  return { ...home, folder: here, formerly: [...home.formerly.filter((folder) => folder !== here), home.folder] };
}

/** Whether the project is still in that `.millrace` folder; so it is where that cannot be told. */
function holds(there: string, { home, isGuessed }: Known): boolean {
  if (!isReadable(there) || isDamaged(there)) return true;
  const found = readHomeFile(there) ?? homeByCluster(there)?.home;
  return found !== undefined && (isGuessed || found.id === home.id);
}

/** Whether another folder that was moved or copied before is the project by now. */
function hasTaken(folder: string, { id }: ProjectHome, here: string): boolean {
  return realPath(folder) !== here && readHomeFile(join(folder, '.millrace'))?.id === id;
}

/** Reached by a link to `.millrace` alone, or in other letters on a disk that does not tell them apart. */
function isSameFolder(one: string, other: string): boolean {
  try {
    const [a, b] = [statSync(one), statSync(other)];
    return a.ino === b.ino && a.dev === b.dev;
  } catch {
    return false;
  }
}

/** True also for what is gone; another user's folder is there and keeps to itself whether it still is that project. */
function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch (error) {
    return isNotFound(error);
  }
}

/**
 * Of the path and of when and where the folder was made: a new folder at the path of one that was moved away is another
 * project, whose volumes must not be the same. And two commands that are the first in a copy come to the same id.
 */
function newId(folder: string): string {
  const made = statSync(folder, { throwIfNoEntry: false });
  return shortHash(made ? `${folder}\n${made.ino}\n${made.birthtimeMs}` : folder);
}

function readHomeFile(state: string): ProjectHome | undefined {
  const told = readJsonNow<Partial<ProjectHome>>(homeFile(state));
  if (typeof told?.id !== 'string' || typeof told.folder !== 'string') return undefined;
  const { id, folder, formerly = [], copyOf } = told;
  return { id, folder, formerly, ...(copyOf === undefined ? {} : { copyOf }) };
}

function isDamaged(state: string): boolean {
  return existsSync(homeFile(state)) && readHomeFile(state) === undefined;
}

/** Where the file of its own is missing or damaged; earlier versions, to which the path was the project, told no id here. */
function homeByCluster(state: string): Known | undefined {
  const cluster = readJsonNow<{ id?: string; project?: string }>(join(state, CLUSTER_FILE));
  if (!cluster) return undefined;
  const folder = typeof cluster.project === 'string' ? cluster.project : realPath(dirname(state));
  const isGuessed = typeof cluster.id !== 'string';
  return { home: { id: cluster.id ?? shortHash(folder), folder, formerly: [] }, isGuessed };
}

/** A folder that may only be read is looked at all the same: then the next look decides again. */
function save(state: string, home: ProjectHome): void {
  const writeProtected = ['EACCES', 'EPERM', 'EROFS'];
  withDraft(state, home, (draft) => renameSync(draft, homeFile(state)), ...writeProtected);
}

function withDraft(state: string, home: ProjectHome, put: (draft: string) => void, ...bearable: string[]): void {
  const draft = join(state, `${HOME_FILE}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    const file = openSync(draft, 'wx');
    try {
      writeSync(file, toJson(home));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    put(draft);
  } catch (error) {
    if (!bearable.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
