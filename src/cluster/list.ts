import { MillraceError } from '../errors.js';
import type { KnownProjects } from '../project/known-projects.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { Target } from '../targets/target.js';
import { type ClusterState, readClusterStatus } from './status.js';

export interface ListedCluster {
  readonly project: string;
  readonly target: string | null;
  /** `unknown`: the project could not be opened, or its target does not answer. */
  readonly state: ClusterState | 'unknown';
  readonly broker: string | null;
  readonly masterUi: string | null;
  /** Why the state is unknown. */
  readonly reason: string | null;
}

export type OpenProject = (root: string) => Promise<{ readonly project: ProjectFolder; readonly target: Target }>;

/** The clusters of all projects of this user, as they are now. */
export async function listClusters(
  projects: KnownProjects,
  openProject: OpenProject,
): Promise<{ readonly clusters: readonly ListedCluster[] }> {
  return { clusters: await Promise.all((await projects.list()).map((root) => describe(root, openProject))) };
}

async function describe(root: string, openProject: OpenProject): Promise<ListedCluster> {
  const unknown = { project: root, target: null, state: 'unknown', broker: null, masterUi: null } as const;
  try {
    const { project, target } = await openProject(root);
    const { state, services } = await readClusterStatus(target, project);
    const find = (name: string) => services.find((service) => service.name === name);
    const [broker, masterUi] = [find('broker')?.address ?? null, find('master')?.ui ?? null];
    return { project: root, target: target.name, state, broker, masterUi, reason: null };
  } catch (error) {
    // A folder that cannot be read is no bug in millrace, and the other projects are listed all the same.
    if (!(error instanceof MillraceError) && (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return { ...unknown, reason: (error as Error).message };
  }
}
