import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../project/atomic-file.js';
import type { Environment } from '../../project/config.js';
import { conflictingVariables } from '../clean-environment.js';
import { modestSettings } from '../modest-settings.js';
import type { ByHand, SubmitClient } from '../target.js';
import { type LocalFolders, type LocalState, localMaster } from './local-state.js';
import { missingLocale } from './missing-locale.js';
import { propertiesFile, sparkEnvironment } from './spark-daemons.js';

export interface ByHandOptions {
  readonly folders: LocalFolders;
  readonly state: LocalState;
  readonly client: SubmitClient;
  readonly env: Environment;
}

/** Writes settings (mode 0600) into a folder that Spark programs of this machine find by SPARK_CONF_DIR. */
export async function prepareByHand({ folders, state, client, env }: ByHandOptions): Promise<ByHand> {
  const conf = join(folders.spark, 'by-hand');
  const ofCluster = await readFile(propertiesFile(folders), 'utf8');
  const settings = {
    ...modestSettings(client.python),
    'spark.master': localMaster(state.ports).master,
    'spark.jars': client.connectorJars.join(','),
  };
  await writeFileAtomic(join(conf, 'spark-defaults.conf'), `${ofCluster}${toProperties(settings)}`, 0o600);
  const { sparkHome } = state.artifacts;
  const variables = { ...sparkEnvironment(state), SPARK_CONF_DIR: conf, ...(await missingLocale(env)) };
  return {
    variables,
    prepend: { PATH: [join(sparkHome, 'bin')], PYTHONPATH: await pythonArchives(sparkHome) },
    unset: conflictingVariables(env).filter((name) => !Object.hasOwn(variables, name)),
    functions: {},
  };
}

/**
 * pyspark and py4j as archives, for the user's own Python: the folder that they are installed in also has numpy, which would
 * replace the user's.
 */
async function pythonArchives(sparkHome: string): Promise<string[]> {
  const folder = join(sparkHome, 'python', 'lib');
  return (await readdir(folder)).filter((file) => file.endsWith('.zip')).map((file) => join(folder, file));
}

/** With backslashes escaped, since Java reads these files. */
function toProperties(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key} ${value.replaceAll('\\', '\\\\')}\n`)
    .join('');
}
