import type { Config } from '../../project/config.js';
import type { LocalPorts } from './local-state.js';
import { anyFreePort, nextFreePort, requireFreePort } from './ports.js';

/** Ports that services of ours hold right now: they stay as they are. */
export type HeldPorts = Partial<Omit<LocalPorts, 'workerUis'>> & {
  readonly workerUis: readonly (number | undefined)[];
};

/**
 * The ports of a cluster about to start. Broker and master are fixed, since scripts copy their addresses; a page takes the
 * next free port; `auto` takes free ones throughout.
 * @throws PortTakenError before anything starts
 */
export async function planPorts(wanted: Config['ports'], workers: number, held: HeldPorts): Promise<LocalPorts> {
  const taken = new Set<number>();
  const take = async (port: number | undefined, choose: () => Promise<number>) => {
    const chosen = port ?? (await choose());
    taken.add(chosen);
    return chosen;
  };
  const fixed = (port: number, service: string) => () => requireFreePort(port, service);
  const next = (from: number) => () => nextFreePort(from, taken);
  const auto = () => anyFreePort(taken);
  const isAuto = wanted === 'auto';
  const broker = await take(held.broker, isAuto ? auto : fixed(wanted.broker, 'broker'));
  const master = await take(held.master, isAuto ? auto : fixed(wanted.master, 'master'));
  const controller = await take(held.controller, isAuto ? auto : next(wanted.controller));
  const masterUi = await take(held.masterUi, isAuto ? auto : next(wanted.masterUi));
  const workerUis: number[] = [];
  for (let index = 0; index < workers; index++) {
    workerUis.push(await take(held.workerUis[index], isAuto ? auto : next(wanted.workerUi + index)));
  }
  return { broker, controller, master, masterUi, workerUis };
}
