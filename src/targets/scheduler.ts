/** What shares out the cores of a cluster among applications. Nothing above src/targets may know which one it is. */
export interface Scheduler {
  /** As messages call it: `the Spark master does not answer`. */
  readonly name: string;
  /** @throws ClusterNotRunningError when no cluster was started here, or it was taken down */
  address(): Promise<SchedulerAddress>;
  /** What it tells now; undefined when it does not answer in time, or no cluster is up. */
  look(withinMs?: number): Promise<SchedulerLook | undefined>;
  /** Its part of a `spark-submit` line for an application of so many executors of one core. @throws ClusterNotRunningError */
  submitArguments(cores: number): Promise<readonly string[]>;
  /** Of the executors that an application has and had, as far as somebody still has them. */
  executorLogs(application: string): Promise<readonly ExecutorLog[]>;
}

export interface SchedulerAddress {
  /** As `--master` takes it: spark://host:port */
  readonly master: string;
  /** Its page, as this machine reaches it. */
  readonly page: string | null;
}

/** `not told`: it shares out cores, and does not say how many there are. */
export type Told<T> = T | 'not told';

export interface SchedulerLook {
  readonly page: string | null;
  /** Those that can have executors now. */
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
  /** Of a run: its id. */
  readonly name: string;
  /** Cores it holds now. What it asked for is not told: it may hold fewer. */
  readonly cores: number;
}

export interface ExecutorLog {
  readonly executor: number;
  /** What it wrote to stderr from a byte on, as much as there is at once; undefined where nobody tells. */
  read(fromByte: number): Promise<{ readonly text: string; readonly nextByte: number } | undefined>;
}

/** How many executors of one core and this much memory there is room for: now, and if nothing ran. */
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
