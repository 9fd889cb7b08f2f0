import { parseJson } from '../../project/atomic-file.js';
import type { Target } from '../../targets/target.js';
import { runPath } from '../record/run-paths.js';

/** What the script tells of itself once its queries have started. */
export interface Application {
  readonly id: string;
  readonly ui: string | null;
  /** Every query has committed a batch, or has seen that there is nothing to read. */
  readonly settled: boolean;
  /** What its queries write; scripts of an older millrace do not say. */
  readonly outputs?: readonly QueryOutput[];
}

/** The topic is null for parquet. */
export interface QueryOutput {
  readonly query: string;
  readonly mode: 'update' | 'append';
  readonly topic: string | null;
}

/** Undefined before its queries have started; a file that is damaged tells nothing. */
export async function readApplication({ data }: Target, run: string): Promise<Application | undefined> {
  return parseJson<Application>((await data.read(runPath(run, 'application.json'))) ?? '');
}
