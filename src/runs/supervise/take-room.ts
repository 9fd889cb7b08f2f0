import { withProjectLock } from '../../project/lock.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import type { Target } from '../../targets/target.js';
import { type RunRecord, readRuns } from '../record/run-record.js';
import { isSupervised, readSupervision, type Supervision } from '../state/supervision.js';
import { describeNeed, describeNoAnswer, describeRoom, findRoom, type Holder, isEnough } from './executor-room.js';
import { superviseErrors } from './supervise-errors.js';

const LOCK_WAIT_MS = 60_000;
/** A submit is refused if no answer comes in this time. A busy machine may take seconds; a closed port fails at once. */
const ANSWER_WITHIN_MS = 15_000;

interface RoomContext {
  readonly target: Target;
  readonly project: ProjectFolder;
  readonly signal: AbortSignal;
}

/** Only one process at a time looks for room and takes it, so that two runs never count on the same free core. */
function withRoomLock<T>({ project, signal }: RoomContext, command: string, work: () => Promise<T>): Promise<T> {
  return withProjectLock(project, 'room', { command, waitMs: LOCK_WAIT_MS, signal }, work);
}

/**
 * Lets a queued run begin if there is room for it and no other run has waited longer.
 * @param begin marks the run as launching, so that the next run that looks counts its cores as taken
 * @returns what the run waits for, in words; null once it has begun
 */
export function beginIfRoom(
  context: RoomContext,
  record: RunRecord,
  begin: () => Promise<void>,
): Promise<string | null> {
  return withRoomLock(context, `the supervisor of ${record.run}`, async () => {
    const { target } = context;
    const others = await readOthers(context, record.run);
    const first = others.find(
      ({ record: other, supervision }) => supervision.phase === 'queued' && other.submittedAt < record.submittedAt,
    );
    if (first) return `waits behind ${first.record.run}`;
    const look = await target.scheduler.look();
    if (!look) return describeNoAnswer(target);
    const room = findRoom(look, record.resources, launchingOf(others));
    if (!isEnough(room) || !(await target.drivers.canBeAlive())) {
      const need = `waits for ${describeNeed(record.resources)}`;
      return room === 'not told' ? need : `${need}: ${describeRoom(room)}`;
    }
    await begin();
    return null;
  });
}

type RoomRequest = Pick<RunRecord, 'name' | 'resources'>;

export interface BeginRequest {
  /** What others see as the holder of the lock: `millrace submit x`. */
  readonly command: string;
  readonly run: RoomRequest;
  readonly isQueueing: boolean;
}

/**
 * Under the lock of the room: if there is room, the run begins as launching; if not, and it may wait, as queued.
 * @param begin writes the supervision, by which other processes count the run's cores
 * @throws what `requireRoom` throws
 */
export function beginOrQueue<T>(
  context: RoomContext,
  { command, run, isQueueing }: BeginRequest,
  begin: (phase: 'launching' | 'queued') => Promise<T>,
): Promise<T> {
  return withRoomLock(context, command, async () => {
    const canBegin = await requireRoom(context, run, isQueueing);
    return begin(canBegin ? 'launching' : 'queued');
  });
}

/**
 * Looks only, without the lock.
 * @param isQueueing whether the run may wait; it is refused even then if it wants more than the whole cluster has
 * @returns whether it can begin at once
 * @throws ROOM_MISSING, MASTER_UNREACHABLE
 */
export async function requireRoom(context: RoomContext, run: RoomRequest, isQueueing: boolean): Promise<boolean> {
  const { scheduler } = context.target;
  const look = await scheduler.look(ANSWER_WITHIN_MS);
  if (!look) {
    const { master } = await scheduler.address();
    const isOurs = context.target.services !== undefined;
    throw superviseErrors.MASTER_UNREACHABLE({ scheduler: scheduler.name, master, isOurs });
  }
  const others = await readOthers(context);
  const room = findRoom(look, run.resources, launchingOf(others));
  if (room === 'not told' || room.free >= room.wanted) return true;
  if (isQueueing && room.total >= room.wanted) return false;
  const runs = new Set(others.map(({ record }) => record.run));
  const stoppable = room.holders.filter(({ name }) => runs.has(name));
  const isOurs = context.target.services !== undefined;
  throw superviseErrors.ROOM_MISSING({ job: run.name, need: describeNeed(run.resources), room, stoppable, isOurs });
}

interface OtherRun {
  readonly record: RunRecord;
  readonly supervision: Supervision;
}

/** The runs that have a live supervisor, the earliest submitted first. */
async function readOthers({ target, project }: RoomContext, run?: string): Promise<OtherRun[]> {
  const records = (await readRuns(project, target.name)).filter((record) => record.run !== run).reverse();
  const others = await Promise.all(
    records.map(async (record) => ({ record, supervision: await readSupervision(project, record.run) })),
  );
  return others.filter((other): other is OtherRun => isSupervised(project, other.supervision));
}

/** Runs whose drivers are starting: they will take their cores in a moment. */
function launchingOf(others: readonly OtherRun[]): Holder[] {
  return others
    .filter(({ supervision }) => supervision.phase === 'launching')
    .map(({ record }) => ({ name: record.run, cores: record.resources.cores }));
}
