import type { Config } from '../../project/config.js';
import {
  anyFreeBlock,
  isFreeBlock,
  lastOrAnyFreePort,
  nextFreeBlock,
  nextFreePort,
  requireFreePort,
} from '../ports.js';

/** Where Spark looks for a page's port first. */
const DRIVER_UI = 4040;

/** Ports of this machine that containers are published on. */
export interface DockerPorts {
  readonly broker: number;
  readonly masterUi: number;
  readonly workerUis: readonly number[];
  /** The first of a row, one for each driver that can have an executor. */
  readonly driverUi: number;
  readonly driverUis: number;
}

export interface PortsWanted {
  readonly ports: Config['ports'];
  readonly workers: number;
  readonly drivers: number;
  /** Ports of containers that run: they stay. */
  readonly held: Partial<Omit<DockerPorts, 'workerUis'>> & { readonly workerUis: readonly (number | undefined)[] };
  /** Ports of the last time, taken again by `auto` where they are free. */
  readonly before: DockerPorts | undefined;
}

/** The ports of a cluster about to start; the broker's is fixed, pages take the next free one. @throws PORT_TAKEN */
export async function planDockerPorts({ ports, workers, drivers, held, before }: PortsWanted): Promise<DockerPorts> {
  const taken = new Set<number>();
  const take = (port: number): number => {
    taken.add(port);
    return port;
  };
  const auto = (last: number | undefined) => lastOrAnyFreePort(last, taken);
  const isAuto = ports === 'auto';
  const broker = take(
    held.broker ?? (isAuto ? await auto(before?.broker) : await requireFreePort(ports.broker, 'broker')),
  );
  const masterUi = take(
    held.masterUi ?? (isAuto ? await auto(before?.masterUi) : await nextFreePort(ports.masterUi, taken)),
  );
  const workerUis: number[] = [];
  for (let index = 0; index < workers; index++) {
    const last = before?.workerUis[index];
    workerUis.push(
      take(held.workerUis[index] ?? (isAuto ? await auto(last) : await nextFreePort(ports.workerUi + index, taken))),
    );
  }
  const row = before?.driverUi;
  const again = isAuto && row !== undefined && (await isFreeBlock(row, drivers, taken)) ? row : undefined;
  const driverUi =
    held.driverUi ??
    again ??
    (isAuto ? await anyFreeBlock(drivers, taken) : await nextFreeBlock(DRIVER_UI, drivers, taken));
  return { broker, masterUi, workerUis, driverUi, driverUis: held.driverUis ?? drivers };
}
