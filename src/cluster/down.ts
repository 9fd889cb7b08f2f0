import type { KnownProjects } from '../project/known-projects.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { Reporter } from '../report/reporter.js';
import type { ServiceName, Services, Target } from '../targets/target.js';
import { requireServices, withClusterLock } from './cluster-lock.js';

const GRACE_MS = 15_000;

export interface DownOptions {
  readonly target: Target;
  readonly project: ProjectFolder;
  readonly projects: KnownProjects;
  readonly report: Reporter;
  /** Stops the runs and returns their ids; called first, while broker and master still answer. */
  readonly stopRuns: () => Promise<readonly string[]>;
  /** Deletes the records that this machine has of the target's runs. */
  readonly forgetRuns: () => Promise<void>;
  /** Deletes what is recorded about the topics of a Kafka cluster, by its id. */
  readonly forgetTopics: (clusterId: string) => Promise<void>;
  /** Deletes the files of records that seeds could not publish. */
  readonly forgetRejects: () => Promise<void>;
  /** Deletes topics, results, models, scripts and logs as well. */
  readonly isPurging: boolean;
}

export interface DownReport {
  readonly target: string;
  readonly state: 'stopped';
  readonly stoppedRuns: readonly string[];
  readonly stopped: readonly ServiceName[];
  readonly purged: boolean;
}

/** Stops the runs, then the services; a second call does no harm. Topics and results stay unless `isPurging`. */
export function downCluster(options: DownOptions): Promise<DownReport> {
  const { target, project, projects, report, stopRuns, isPurging } = options;
  return withClusterLock(project, 'millrace cluster down', async () => {
    const services = requireServices(target);
    const running = (await services.status()).filter(({ state }) => state === 'running');
    const stoppedRuns = await stopRuns();
    const stopped = running.map(({ name }) => name);
    await report.step('stopped', async (step) => {
      step.detail(stopped.join(', ') || 'nothing ran');
      await services.down({ graceMs: GRACE_MS });
    });
    if (isPurging) {
      await report.step('purged', () => purge(services, options));
      await projects.forget(project.root);
    }
    return { target: target.name, state: 'stopped', stoppedRuns, stopped, purged: isPurging };
  });
}

/** Only of this target: the project's topics and runs on another one stay, and so does what is recorded about them. */
async function purge(services: Services, { forgetRuns, forgetTopics, forgetRejects }: DownOptions): Promise<void> {
  const clusterId = await services.purge();
  if (clusterId !== undefined) await forgetTopics(clusterId);
  await forgetRuns();
  await forgetRejects();
}
