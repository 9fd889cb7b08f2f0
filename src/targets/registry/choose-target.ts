import { existsSync } from 'node:fs';
import { UsageError } from '../../errors.js';
import type { Config, Environment } from '../../project/config.js';
import type { ProjectFolder } from '../../project/project-folder.js';
import { clusterFile, readLastCluster } from '../cluster-file.js';
import { targetErrors } from '../target-errors.js';
import { type ChosenTarget, DEFAULT_TARGET, probeTargets, TARGET_NAMES } from './registry.js';

export interface ChooseOptions {
  readonly config: Config;
  readonly project: ProjectFolder;
  readonly env: Environment;
  /** Whether a target may be taken because it answers: only a new `cluster up` looks. */
  readonly mayProbe: boolean;
}

/**
 * The target of flag or setting, else that of the last `cluster up`, else one that answers.
 * @throws CLUSTER_FILE_DAMAGED
 */
export async function chooseTarget({ config, project, env, mayProbe }: ChooseOptions): Promise<ChosenTarget> {
  if (config.target !== 'auto') return { name: config.target, reason: null };
  const last = (await readLastCluster(project.state))?.target;
  const file = clusterFile(project.state);
  // Treated as missing, a damaged file would let a second cluster start beside the first.
  if (last === undefined && existsSync(file)) throw targetErrors.CLUSTER_FILE_DAMAGED({ file });
  if (last !== undefined && TARGET_NAMES.includes(last)) return { name: last, reason: null };
  return mayProbe ? probeTargets(env) : { name: DEFAULT_TARGET, reason: null };
}

/** @throws UsageError for a name that no target has */
export function checkTarget(name: string | undefined): string | undefined {
  const known = [...TARGET_NAMES, 'auto'];
  if (name === undefined || known.includes(name)) return name;
  throw new UsageError(`There is no target \`${name}\``, `There are: ${known.join(', ')}.`);
}
