import { withProjectLock } from '../../project/lock.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { readMaster } from '../../targets/standalone/master.js';
import type { Target } from '../../targets/target.js';
import { type RunRecord, readRuns } from '../run-record.js';
import { describeNeed, describeRoom, findRoom, type Holder, MASTER_SILENT, type Room } from './room.js';
import { MasterUnreachableError, RoomMissingError } from './supervise-errors.js';
import { isSupervised, readSupervision, type Supervision } from './supervision.js';

const LOCK_WAIT_MS = 60_000;
/** A submit is refused without an answer, and on a busy machine one takes seconds; where nobody listens it comes at once. */
const MASTER_WITHIN_MS = 15_000;

interface Place {
  readonly target: Target;
  readonly project: ProjectFolder;
  readonly signal: AbortSignal;
}

/** One at a time looks for room and takes it, so that two runs never count on the same free core. */
export function withRoomLock<T>({ project, signal }: Place, command: string, work: () => Promise<T>): Promise<T> {
  return withProjectLock(project, 'room', { command, waitMs: LOCK_WAIT_MS, signal }, work);
}

/**
 * Lets a queued run begin when there is room for it and nobody waits longer.
 * @param begin marks the run as launching, so that the next one counts its cores
 * @returns what it waits for, in words, or null once it has begun
 */
export function takeRoom(place: Place, record: RunRecord, begin: () => Promise<void>): Promise<string | null> {
  return withRoomLock(place, `the supervisor of ${record.run}`, async () => {
    const { target } = place;
    const others = await readOthers(place, record.run);
    const first = others.find(
      ({ record: other, supervision }) => supervision.phase === 'queued' && other.submittedAt < record.submittedAt,
    );
    if (first) return `waits behind ${first.record.run}`;
    const master = await readMaster(record.addresses.masterUi);
    if (!master) return MASTER_SILENT;
    const room = findRoom(master, record.resources, comingOf(others));
    if (room.free < room.wanted || !(await target.drivers.canBeAlive()))
      return `waits for ${describeNeed(record.resources)}: ${describeRoom(room)}`;
    await begin();
    return null;
  });
}

/**
 * @param isQueueing a run may wait, though not for what the cluster will never have
 * @throws RoomMissingError, MasterUnreachableError
 */
export async function requireRoom(
  place: Place,
  run: Pick<RunRecord, 'name' | 'resources' | 'addresses'>,
  isQueueing: boolean,
): Promise<Room> {
  const { masterUi, master: url } = run.addresses;
  const master = await readMaster(masterUi, MASTER_WITHIN_MS);
  if (!master) throw new MasterUnreachableError(url);
  const others = await readOthers(place);
  const room = findRoom(master, run.resources, comingOf(others));
  if (room.free >= room.wanted || (isQueueing && room.total >= room.wanted)) return room;
  const runs = new Set(others.map(({ record }) => record.run));
  const stoppable = room.holders.filter(({ name }) => runs.has(name));
  throw new RoomMissingError(run.name, describeNeed(run.resources), room, stoppable);
}

interface Other {
  readonly record: RunRecord;
  readonly supervision: Supervision;
}

/** The runs that are looked after now, the longest waiting first. */
async function readOthers({ target, project }: Place, run?: string): Promise<Other[]> {
  const records = (await readRuns(project, target.name)).filter((record) => record.run !== run).reverse();
  const others = await Promise.all(
    records.map(async (record) => ({ record, supervision: await readSupervision(project, record.run) })),
  );
  return others.filter((other): other is Other => isSupervised(project, other.supervision));
}

/** Runs whose drivers are on their way: they will take their cores in a moment. */
function comingOf(others: readonly Other[]): Holder[] {
  return others
    .filter(({ supervision }) => supervision.phase === 'launching')
    .map(({ record }) => ({ name: record.run, cores: record.resources.cores }));
}
