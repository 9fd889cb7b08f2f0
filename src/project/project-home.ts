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

/** The target's record of its last `up`. In projects of earlier versions, only this file may name the project's folder. */
export const CLUSTER_FILE = 'cluster.json';
const HOME_FILE = 'project.json';

/** Which project this is, and in which folder. */
export interface ProjectHome {
  /** Eight hexadecimal digits, which stay the same wherever the project's folder is moved to. */
  readonly id: string;
  /** Its folder with links resolved. Records of processes and containers name it. */
  readonly folder: string;
  /** Folders that it was moved out of: what was started there still belongs to this project. */
  readonly formerly: readonly string[];
  /** The folder of the project that this one was copied from. */
  readonly copyOf?: string;
}

/** `isGuessed`: earlier versions wrote no id, so it is made of the path, and a different id in that folder proves nothing. */
interface Known {
  readonly home: ProjectHome;
  readonly isGuessed: boolean;
}

/** A process that was started for the project in `folder`; records of earlier versions do not name the folder. */
export interface ProjectProcess extends ProcessIdentity {
  readonly folder?: string;
}

/** `moved`: it belongs to this project but was started before the folder was moved, so it works in a folder that is gone. */
export type Belonging = 'here' | 'moved' | 'foreign';

/**
 * The project whose `.millrace` folder this is. Only here a copied folder is told from a moved one: project.json names the folder
 * that it was written in.
 * - That is this folder: nothing has changed.
 * - It is another one, which still has the same project in it, or cannot be read: this folder is a copy. It is a project of its
 *   own, and what was started for the first one does not belong to it.
 * - It is gone, or has another project in it: the project was moved here. But where one of `others`, the folders of known projects,
 *   already is that moved project, this folder is a copy, too.
 * The first look decides, and writes down what it found.
 */
export function homeOf(state: string, others: () => readonly string[] = () => []): ProjectHome {
  const here = realPath(dirname(state));
  const told = readHomeFile(state);
  const known = told ? { home: told, isGuessed: false } : homeByCluster(state);
  if (!known) return { id: newId(here), folder: here, formerly: [] };
  const home = decideHome(known, here, state, others);
  if (home !== told) save(state, home);
  return home;
}

/** Writes down which project this is, before anything is started for it; what was written before stays. */
export function establishHome(state: string): ProjectHome {
  const home = homeOf(state);
  mkdirSync(state, { recursive: true });
  if (isDamaged(state)) save(state, home);
  else withDraft(state, home, (draft) => linkSync(draft, homeFile(state)), 'EEXIST');
  return homeOf(state);
}

/** The file that says which project this is; a `.millrace` folder without it has at most files that a driver has left. */
export function homeFile(state: string): string {
  return join(state, HOME_FILE);
}

export function belongingOf(state: string, { folder }: { readonly folder?: string | undefined }): Belonging {
  const home = homeOf(state);
  // Records of earlier versions name no folder. In a copy, they are those of the project that it was copied from.
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

/** What `cluster.json` says of the project that it belongs to; it is also read where `project.json` is damaged. */
export function ownerOf(state: string): { readonly id: string; readonly project: string } {
  const { id, folder } = homeOf(state);
  return { id, project: folder };
}

/** This process, as the project's records name it. */
export function identifySelfIn(state: string): ProjectProcess {
  return { ...identifySelf(), folder: homeOf(state).folder };
}

/** The path without symbolic links, also of a file or folder that is not there yet. */
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
}

function decideHome(known: Known, here: string, state: string, others: () => readonly string[]): ProjectHome {
  const { home } = known;
  const there = join(home.folder, basename(state));
  if (home.folder === here || isSameFolder(there, state)) return home;
  const original = holds(there, known) ? home.folder : others().find((folder) => hasTaken(folder, home, here));
  if (original !== undefined) return { id: newId(here), folder: here, formerly: [], copyOf: original };
  return { ...home, folder: here, formerly: [...home.formerly.filter((folder) => folder !== here), home.folder] };
}

/** Whether the project is still in that `.millrace` folder; true also where nothing tells. */
function holds(there: string, { home, isGuessed }: Known): boolean {
  if (!isReadable(there) || isDamaged(there)) return true;
  const found = readHomeFile(there) ?? homeByCluster(there)?.home;
  return found !== undefined && (isGuessed || found.id === home.id);
}

/** Whether another folder already is the project that was moved. */
function hasTaken(folder: string, { id }: ProjectHome, here: string): boolean {
  return realPath(folder) !== here && readHomeFile(join(folder, '.millrace'))?.id === id;
}

/** Two paths of one folder: through a link to `.millrace`, or in large and small letters on a disk that does not tell them apart. */
function isSameFolder(one: string, other: string): boolean {
  try {
    const [a, b] = [statSync(one), statSync(other)];
    return a.ino === b.ino && a.dev === b.dev;
  } catch {
    return false;
  }
}

/** True also for a folder that is gone. Of another user's folder nobody can see whether the project is still in it. */
function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch (error) {
    return isNotFound(error);
  }
}

/**
 * Made of the path, and of the folder's inode and time of birth. So a new folder, at the path of one that was moved away, gets another
 * id and other volumes; and two commands that run at the same time, the first ones in a copy, get the same id.
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

/** For a missing or damaged project.json. Earlier versions wrote no id into cluster.json: to them the path was the project. */
function homeByCluster(state: string): Known | undefined {
  const cluster = readJsonNow<{ id?: string; project?: string }>(join(state, CLUSTER_FILE));
  if (!cluster) return undefined;
  const folder = typeof cluster.project === 'string' ? cluster.project : realPath(dirname(state));
  const isGuessed = typeof cluster.id !== 'string';
  return { home: { id: cluster.id ?? shortHash(folder), folder, formerly: [] }, isGuessed };
}

/** In a folder that may not be written to, nothing is kept, and the next look decides again. */
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
