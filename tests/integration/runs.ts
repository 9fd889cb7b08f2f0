import { cliJson } from './cli.js';
import { sharedProject } from './shared-cluster/project.js';
import { until } from './until.js';

/** What `runs list --json` says of a run, as far as these tests look. */
export interface ListedRun {
  readonly run: string;
  readonly state: string;
  readonly exitCode: number | null;
  readonly note: string | null;
  readonly attempts: number;
  readonly figures: { readonly lag: number | null } | null;
}

/** After a kill `runs list` is to be true again within 10 s; a machine that is slow may take longer. */
const TRUE_WITHIN_MS = 45_000;

export async function findRun(run: string): Promise<ListedRun | undefined> {
  const { runs } = await cliJson<{ runs: ListedRun[] }>(['runs', 'list'], { project: sharedProject() });
  return runs.find((listed) => listed.run === run);
}

/** Waits until the list says so of a run, and fails when it does not in time. */
export async function listed(
  run: string,
  isTrue: (now: ListedRun) => boolean,
  withinMs = TRUE_WITHIN_MS,
): Promise<void> {
  const look = async () => {
    const now = await findRun(run);
    if (now === undefined || !isTrue(now)) throw new Error(`the list says ${JSON.stringify(now)}`);
    return true;
  };
  await until(look, withinMs, 200);
}
