import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../src/project/package-files.js';
import type { ProjectFolder } from '../../src/project/project-folder.js';
import { LocalDrivers } from '../../src/targets/local/local-drivers.js';
import { LocalFiles } from '../../src/targets/local/local-files.js';
import { LocalFolders } from '../../src/targets/local/local-state.js';
import { StandaloneScheduler } from '../../src/targets/standalone/standalone-scheduler.js';
import type { SubmitClient, Target } from '../../src/targets/target.js';
import { ClusterNotRunningError } from '../../src/targets/target-errors.js';

/** A target without a cluster: its files are folders below `root`, its drivers any commands under the real run-driver.sh. */
export function makeFolderTarget(root: string): { target: Target; project: ProjectFolder } {
  const folders = new LocalFolders(join(root, '.millrace'));
  for (const folder of [folders.src, folders.data]) mkdirSync(folder, { recursive: true });
  copyFileSync(packagePath('templates', 'run-driver.sh'), join(folders.src, 'run-driver.sh'));
  const isDown = () => Promise.reject(new ClusterNotRunningError(root));
  const target: Target = {
    name: 'local',
    kafka: isDown,
    plannedKafka: () => ({ bootstrapServers: '127.0.0.1:1', jobBootstrapServers: '127.0.0.1:1' }),
    scheduler: new StandaloneScheduler(isDown, { status: isDown }),
    src: new LocalFiles(folders.src),
    data: new LocalFiles(folders.data),
    drivers: new LocalDrivers(folders, process.env, root),
  };
  return { target, project: { root, configFile: join(root, 'millrace.yaml'), state: folders.state } };
}

const CLIENT: SubmitClient = {
  sparkSubmit: '/spark/bin/spark-submit',
  python: '/venv/bin/python',
  propertiesFile: '/spark.conf',
  connectorJars: [],
  sparkVersion: '4.2.0',
  scalaVersion: '2.13',
  environment: {},
};

/** The same with a cluster that is up, as far as addresses and drivers tell; a test may serve a master's page. */
export function makeUpTarget(root: string, masterPage?: string): ReturnType<typeof makeFolderTarget> {
  const { target, project } = makeFolderTarget(root);
  target.drivers.submitClient = async () => CLIENT;
  return { target: withMaster({ ...target, kafka: async () => target.plannedKafka() }, masterPage), project };
}

/** The same target, whose master has its page elsewhere. */
export function withMaster(target: Target, page = 'http://127.0.0.1:3'): Target {
  const address = async () => ({ master: 'spark://127.0.0.1:2', page });
  return { ...target, scheduler: new StandaloneScheduler(address, { status: async () => [] }) };
}
