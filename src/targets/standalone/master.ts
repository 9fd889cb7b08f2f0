import { z } from 'zod';
import { parseJson } from '../../project/atomic-file.js';
import type { SchedulerLook } from '../scheduler.js';
import { getPage } from './get-page.js';

const answerSchema = z.object({
  workers: z.array(
    z.object({
      webuiaddress: z.string(),
      cores: z.number(),
      coresused: z.number(),
      memory: z.number(),
      memoryused: z.number(),
      state: z.string(),
    }),
  ),
  activeapps: z.array(z.object({ id: z.string(), name: z.string(), cores: z.number() })),
});

type MasterAnswer = z.infer<typeof answerSchema>;

/**
 * What the master knows of its workers and applications, from the JSON of its page (`/json/`, JsonProtocol of Spark); undefined
 * when it does not answer.
 */
export async function readMaster(page: string, withinMs?: number): Promise<SchedulerLook | undefined> {
  const { data } = answerSchema.safeParse(parseJson((await getPage(`${page}/json/`, withinMs)) ?? ''));
  return data && toLook(page, data);
}

function toLook(page: string, { workers, activeapps }: MasterAnswer): SchedulerLook {
  return {
    page,
    nodes: workers
      .filter(({ state }) => state === 'ALIVE')
      .map(({ webuiaddress, cores, coresused, memory, memoryused }) => ({
        page: webuiaddress,
        cores,
        freeCores: cores - coresused,
        memoryMb: memory,
        freeMemoryMb: memory - memoryused,
      })),
    applications: activeapps.map(({ id, name, cores }) => ({ id, name, cores })),
  };
}
