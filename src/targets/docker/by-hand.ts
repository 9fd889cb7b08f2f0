import { modestSettings } from '../modest-settings.js';
import { toShell } from '../shell.js';
import type { ByHand, SubmitClient } from '../target.js';

export interface DockerByHandOptions {
  /** `docker compose` with the project's name and files. */
  readonly compose: readonly string[];
  readonly client: SubmitClient;
  readonly jobBootstrapServers: string;
  readonly master: string;
  /** The folder of scripts in the containers. */
  readonly folder: string;
}

/** Shell functions named like Spark's programs, which run them in the master's container: this machine has no Spark. */
export function dockerByHand(options: DockerByHandOptions): ByHand {
  const { compose, client, jobBootstrapServers, master, folder } = options;
  const where = ['--env', `MILLRACE_BOOTSTRAP_SERVERS=${jobBootstrapServers}`, '--workdir', folder, 'master'];
  const exec = (...flags: string[]) => `${toShell([...compose, 'exec', ...flags, ...where])} "$@"`;
  const { sparkSubmit, propertiesFile, connectorJars, python } = client;
  const settings = Object.entries(modestSettings(python)).flatMap(([key, value]) => ['--conf', `${key}=${value}`]);
  const settingsOfCluster = [
    '--master',
    master,
    '--properties-file',
    propertiesFile,
    '--jars',
    connectorJars.join(','),
  ];
  const spark = (program: string) => `in-master ${toShell([program, ...settingsOfCluster, ...settings])} "$@"`;
  return {
    variables: {},
    prepend: {},
    unset: [],
    functions: {
      'in-master': `if [ -t 0 ] && [ -t 1 ]; then ${exec()}; else ${exec('-T')}; fi`,
      // Not by `docker compose cp`, which keeps owner and permissions: Spark's user might not be allowed to read the file.
      'to-master': `for file in "$@"; do in-master sh -c 'cat >"$1"' sh "${'$'}{file##*/}" <"$file" || return; done`,
      'spark-submit': spark(sparkSubmit),
      pyspark: spark(sparkSubmit.replace(/spark-submit$/, 'pyspark')),
    },
  };
}
