import { z } from 'zod';
import { parseJson } from '../../project/atomic-file.js';
import { getPage } from './get-page.js';

const answerSchema = z.object({
  status: z.string(),
  workers: z.array(
    z.object({
      id: z.string(),
      webuiaddress: z.string(),
      cores: z.number(),
      coresused: z.number(),
      memory: z.number(),
      memoryused: z.number(),
      state: z.string(),
    }),
  ),
  activeapps: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      cores: z.number(),
      memoryperexecutor: z.number(),
      starttime: z.number(),
      state: z.string(),
    }),
  ),
});

type Answer = z.infer<typeof answerSchema>;

export interface MasterWorker {
  readonly ui: string;
  readonly isAlive: boolean;
  readonly cores: number;
  readonly freeCores: number;
  readonly memoryMb: number;
  readonly freeMemoryMb: number;
}

export interface MasterApplication {
  readonly id: string;
  readonly name: string;
  /** Cores it holds now. What it asked for is not told: it may hold fewer. */
  readonly cores: number;
  readonly executorMemoryMb: number;
  /** `WAITING` until it has its first executor, then `RUNNING`. */
  readonly state: string;
  readonly submittedAt: string;
}

export interface MasterState {
  readonly workers: readonly MasterWorker[];
  readonly applications: readonly MasterApplication[];
}

/**
 * What the master knows of its workers and applications, from the JSON behind its page (`/json/`, JsonProtocol of Spark);
 * undefined when it does not answer.
 */
export async function readMaster(masterUi: string, withinMs?: number): Promise<MasterState | undefined> {
  const { data } = answerSchema.safeParse(parseJson((await getPage(`${masterUi}/json/`, withinMs)) ?? ''));
  return data && { workers: data.workers.map(toWorker), applications: data.activeapps.map(toApplication) };
}

export function aliveWorkers(master: MasterState | undefined): readonly MasterWorker[] {
  return master?.workers.filter(({ isAlive }) => isAlive) ?? [];
}

/** How many more executors of one core and this much memory the workers have room for now. */
export function slotsFor(master: MasterState, executorMemoryMb: number): number {
  return sumOf(master, ({ freeCores, freeMemoryMb }) => executorsIn(freeCores, freeMemoryMb, executorMemoryMb));
}

/** The same if nothing ran: what can be had at all. */
export function largestFor(master: MasterState, executorMemoryMb: number): number {
  return sumOf(master, ({ cores, memoryMb }) => executorsIn(cores, memoryMb, executorMemoryMb));
}

function sumOf(master: MasterState, figure: (worker: MasterWorker) => number): number {
  return aliveWorkers(master).reduce((sum, worker) => sum + figure(worker), 0);
}

function executorsIn(cores: number, memoryMb: number, executorMemoryMb: number): number {
  return Math.max(0, Math.min(cores, Math.floor(memoryMb / executorMemoryMb)));
}

function toWorker(worker: Answer['workers'][number]): MasterWorker {
  return {
    ui: worker.webuiaddress,
    isAlive: worker.state === 'ALIVE',
    cores: worker.cores,
    freeCores: worker.cores - worker.coresused,
    memoryMb: worker.memory,
    freeMemoryMb: worker.memory - worker.memoryused,
  };
}

function toApplication(application: Answer['activeapps'][number]): MasterApplication {
  return {
    id: application.id,
    name: application.name,
    cores: application.cores,
    executorMemoryMb: application.memoryperexecutor,
    state: application.state,
    submittedAt: new Date(application.starttime).toISOString(),
  };
}
