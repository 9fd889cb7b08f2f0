import { z } from 'zod';

const ANSWER_WITHIN_MS = 2_000;

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
  activeapps: z.array(z.object({ id: z.string(), name: z.string(), cores: z.number(), state: z.string() })),
});

export interface MasterWorker {
  readonly ui: string;
  readonly isAlive: boolean;
  readonly cores: number;
  readonly freeCores: number;
  readonly freeMemoryMb: number;
}

export interface MasterApplication {
  readonly id: string;
  readonly name: string;
  readonly cores: number;
  readonly state: string;
}

export interface MasterState {
  readonly workers: readonly MasterWorker[];
  readonly applications: readonly MasterApplication[];
}

/**
 * What the master knows of its workers and applications, from the JSON behind its page (`/json/`, JsonProtocol of Spark);
 * undefined when it does not answer.
 */
export async function readMaster(masterUi: string): Promise<MasterState | undefined> {
  const giveUp = new AbortController();
  // Not AbortSignal.timeout, whose timer lets the process end: when a port is published and nobody is behind it yet, Node 20
  // waits for the answer with nothing else to keep it alive (exit code 13).
  const timer = setTimeout(() => giveUp.abort(), ANSWER_WITHIN_MS);
  try {
    const response = await fetch(`${masterUi}/json/`, { signal: giveUp.signal });
    const { workers, activeapps } = answerSchema.parse(await response.json());
    return { workers: workers.map(toWorker), applications: activeapps };
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

export function aliveWorkers(master: MasterState | undefined): readonly MasterWorker[] {
  return master?.workers.filter(({ isAlive }) => isAlive) ?? [];
}

function toWorker(worker: z.infer<typeof answerSchema>['workers'][number]): MasterWorker {
  return {
    ui: worker.webuiaddress,
    isAlive: worker.state === 'ALIVE',
    cores: worker.cores,
    freeCores: worker.cores - worker.coresused,
    freeMemoryMb: worker.memory - worker.memoryused,
  };
}
