import type { Config } from '../../project/config.js';
import { lastOrAnyFreePort, nextFreePort, requireFreePort } from '../ports.js';
import type { LocalPorts } from './local-state.js';

/** Ports of services that run and hold them, or of services that ran and should get them again. */
export type HeldPorts = Partial<Omit<LocalPorts, 'workerUis'>> & {
  readonly workerUis: readonly (number | undefined)[];
};

/**
 * The ports of a cluster that is about to start. Broker and master get the configured ports, since scripts contain them; a page
 * gets the next free port. With `auto` all get free ports, those of the last start where they are free: runs that are still alive
 * after the broker was killed then find it again.
 * @throws PORT_TAKEN before anything starts
 */
export async function planPorts(
  wanted: Config['ports'],
  workers: number,
  held: HeldPorts,
  before: HeldPorts = { workerUis: [] },
): Promise<LocalPorts> {
  const taken = new Set<number>();
  const take = async (port: number | undefined, choose: () => Promise<number>) => {
    const chosen = port ?? (await choose());
    taken.add(chosen);
    return chosen;
  };
  const fixed = (port: number, service: string) => () => requireFreePort(port, service);
  const next = (from: number) => () => nextFreePort(from, taken);
  const auto = (last: number | undefined) => () => lastOrAnyFreePort(last, taken);
  const isAuto = wanted === 'auto';
  const broker = await take(held.broker, isAuto ? auto(before.broker) : fixed(wanted.broker, 'broker'));
  const master = await take(held.master, isAuto ? auto(before.master) : fixed(wanted.master, 'master'));
  const controller = await take(held.controller, isAuto ? auto(before.controller) : next(wanted.controller));
  const masterUi = await take(held.masterUi, isAuto ? auto(before.masterUi) : next(wanted.masterUi));
  const workerUis: number[] = [];
  for (let index = 0; index < workers; index++) {
    workerUis.push(
      await take(held.workerUis[index], isAuto ? auto(before.workerUis[index]) : next(wanted.workerUi + index)),
    );
  }
  return { broker, controller, master, masterUi, workerUis };
}
