import { type Resources, sizeInMegabytes } from '../../spark/submit-line.js';
import { roomFor, type SchedulerLook, type Told } from '../../targets/scheduler.js';
import type { Target } from '../../targets/target.js';

/** Something that holds cores of the cluster now. */
export interface Holder {
  /** The id of a run, or the name of an application that is not of this project. */
  readonly name: string;
  readonly cores: number;
}

/** What a run waits for if its scheduler does not answer. */
export function describeNoAnswer(target: Target): string {
  return `the ${target.scheduler.name} does not answer${describeStart(target)}`;
}

/** How a service that is missing comes back; nothing where the cluster is somebody else's. */
export function describeStart({ services }: Target): string {
  return services ? '; `millrace cluster up` starts it again' : '';
}

/** How many executors (one core each) of a run the cluster has room for. */
export interface ExecutorRoom {
  readonly wanted: number;
  readonly free: number;
  /** The room if nothing else ran. */
  readonly total: number;
  readonly holders: readonly Holder[];
}

/** @param launching runs that are launched, and that the scheduler may not know yet */
export function findRoom(
  look: SchedulerLook,
  { cores, executorMemory }: Pick<Resources, 'cores' | 'executorMemory'>,
  launching: readonly Holder[] = [],
): Told<ExecutorRoom> {
  const room = roomFor(look, sizeInMegabytes(executorMemory));
  if (room === 'not told') return room;
  const registered = look.applications.filter((application) => application.cores > 0);
  // The scheduler may know a run although its supervisor has not seen that yet: its cores must count once.
  const unregistered = launching.filter(({ name }) => !registered.some((known) => known.name === name));
  const launchingCores = unregistered.reduce((sum, run) => sum + run.cores, 0);
  return {
    wanted: cores,
    free: Math.max(0, room.free - launchingCores),
    total: room.total,
    holders: [...registered, ...unregistered].map(({ name, cores }) => ({ name, cores })),
  };
}

/** If the scheduler does not tell its cores, no run waits for them here: the scheduler lets the application wait. */
export function isEnough(room: Told<ExecutorRoom>): boolean {
  return room === 'not told' || room.free >= room.wanted;
}

/** `1 core with 512m`, as a run asks for it. */
export function describeNeed({ cores, executorMemory }: Pick<Resources, 'cores' | 'executorMemory'>): string {
  return cores === 1 ? `1 core with ${executorMemory}` : `${cores} cores with ${executorMemory} each`;
}

/** Why there is not enough: `0 of 4 are free: windowed-news-1 holds 2, train-1 holds 2`. */
export function describeRoom({ free, total, holders }: ExecutorRoom): string {
  if (total === 0) return 'no worker is alive that is big enough';
  const held = holders.map(({ name, cores }) => `${name} holds ${cores}`).join(', ');
  return `${free} of ${total} ${free === 1 ? 'is' : 'are'} free${held ? `: ${held}` : ''}`;
}
