import type { Config } from '../../project/config.js';
import {
  anyFreeBlock,
  isFreeBlock,
  lastOrAnyFreePort,
  nextFreeBlock,
  nextFreePort,
  requireFreePort,
} from '../ports.js';

/** The port that Spark tries first for a driver's page. */
const DRIVER_UI = 4040;

/** The ports of this machine on which containers are published. */
export interface DockerPorts {
  readonly broker: number;
  readonly masterUi: number;
  readonly workerUis: readonly number[];
  /** The first of several ports in a row, one for each driver that can have an executor. */
  readonly driverUi: number;
  readonly driverUis: number;
}

export interface PortsWanted {
  readonly ports: Config['ports'];
  readonly workers: number;
  readonly drivers: number;
  /** The ports of running containers, which keep them. */
  readonly held: Partial<Omit<DockerPorts, 'workerUis'>> & { readonly workerUis: readonly (number | undefined)[] };
  /** The ports of the last start; `auto` uses them again where they are free. */
  readonly before: DockerPorts | undefined;
}

/** The ports of a cluster that is about to start: the broker gets its configured port, a page the next free one. @throws PORT_TAKEN */
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
  const last = before?.driverUi;
  const lastIfFree = isAuto && last !== undefined && (await isFreeBlock(last, drivers, taken)) ? last : undefined;
  const driverUi =
    held.driverUi ??
    lastIfFree ??
    (isAuto ? await anyFreeBlock(drivers, taken) : await nextFreeBlock(DRIVER_UI, drivers, taken));
  return { broker, masterUi, workerUis, driverUi, driverUis: held.driverUis ?? drivers };
}
