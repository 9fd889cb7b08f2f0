/** Gives the cores of a cluster to applications. No folder above src/targets may know which kind of scheduler it is. */
export interface Scheduler {
  /** Its name in messages: `the Spark master does not answer`. */
  readonly name: string;
  /** @throws ClusterNotRunningError when no cluster was started here, or it was taken down */
  address(): Promise<SchedulerAddress>;
  /** Its state now; undefined when it does not answer in time, or no cluster is up. */
  look(withinMs?: number): Promise<SchedulerLook | undefined>;
  /** Its part of a `spark-submit` line, for an application with this many executors of one core. @throws ClusterNotRunningError */
  submitArguments(cores: number): Promise<readonly string[]>;
  /** The id that it gave to the newest application in a driver's log; undefined before it is logged. */
  findApplicationId(log: string): string | undefined;
  /**
   * The master that a script has chosen itself, in place of the one that it was submitted to: an address, or `local` where Spark runs
   * in the driver alone. Undefined for the master of the submit, and before a driver's log tells.
   */
  findOwnMaster(log: string, submittedTo: string): string | undefined;
  /** The logs of all executors that an application has or had, as far as they still exist. */
  executorLogs(application: string): Promise<readonly ExecutorLog[]>;
}

export interface SchedulerAddress {
  /** The value of `--master`: spark://host:port */
  readonly master: string;
  /** Its page, as this machine reaches it. */
  readonly page: string | null;
}

/** Some schedulers do not say how many cores there are; then this is `not told`. */
export type Told<T> = T | 'not told';

export interface SchedulerLook {
  readonly page: string | null;
  /** The nodes on which executors can start now. */
  readonly nodes: Told<readonly SchedulerNode[]>;
  readonly applications: readonly SchedulerApplication[];
}

export interface SchedulerNode {
  /** Its page, as this machine reaches it. */
  readonly page: string;
  readonly cores: number;
  readonly freeCores: number;
  readonly memoryMb: number;
  readonly freeMemoryMb: number;
}

export interface SchedulerApplication {
  readonly id: string;
  /** The run's id, where the application is a run. */
  readonly name: string;
  /** The cores that it holds now; it may have asked for more. */
  readonly cores: number;
}

export interface ExecutorLog {
  readonly executor: number;
  /** The next piece of its stderr; call again with `nextByte`. Undefined if it cannot be read. */
  read(fromByte: number): Promise<{ readonly text: string; readonly nextByte: number } | undefined>;
}

/** How many executors of one core and this much memory fit now (`free`), and how many would fit if nothing ran (`total`). */
export function roomFor({ nodes }: SchedulerLook, executorMemoryMb: number): Told<{ free: number; total: number }> {
  if (nodes === 'not told') return nodes;
  const executorsIn = (cores: number, memoryMb: number) =>
    Math.max(0, Math.min(cores, Math.floor(memoryMb / executorMemoryMb)));
  return {
    free: sum(nodes.map(({ freeCores, freeMemoryMb }) => executorsIn(freeCores, freeMemoryMb))),
    total: sum(nodes.map(({ cores, memoryMb }) => executorsIn(cores, memoryMb))),
  };
}

export function coresOf({ nodes }: SchedulerLook): Told<{ used: number; total: number }> {
  if (nodes === 'not told') return nodes;
  const total = sum(nodes.map(({ cores }) => cores));
  return { used: total - sum(nodes.map(({ freeCores }) => freeCores)), total };
}

function sum(figures: readonly number[]): number {
  return figures.reduce((all, one) => all + one, 0);
}
