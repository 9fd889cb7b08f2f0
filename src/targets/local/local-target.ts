import { mavenMirror } from '../../provision/provide.js';
import { planSize } from '../plan-size.js';
import { plannedPorts } from '../planned-ports.js';
import { StandaloneScheduler } from '../standalone/standalone-scheduler.js';
import type { Target, TargetOptions } from '../target.js';
import { memoryBytes } from './local-checks.js';
import { LocalDrivers } from './local-drivers.js';
import { LocalFiles } from './local-files.js';
import { LocalServices } from './local-services.js';
import { LocalFolders, localKafka, localMaster, requireLocalState } from './local-state.js';

/** The cluster and its drivers as processes of this machine. */
export function createLocalTarget({ project, config, env, provisioning }: TargetOptions): Target {
  const folders = new LocalFolders(project.state);
  const size = planSize(config, memoryBytes() / 1024 ** 2);
  const services = new LocalServices({ folders, config, size, env, provisioning });
  const portsNow = async () => (await requireLocalState(folders, project.root)).ports;
  return {
    name: 'local',
    kafka: async () => localKafka(await portsNow()),
    plannedKafka: () => localKafka(plannedPorts(config, project)),
    scheduler: new StandaloneScheduler(async () => localMaster(await portsNow()), services),
    services,
    src: new LocalFiles(folders.src),
    data: new LocalFiles(folders.data),
    drivers: new LocalDrivers(folders, env, project.root, () => mavenMirror(provisioning)?.url),
  };
}
