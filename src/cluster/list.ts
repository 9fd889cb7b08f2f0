import { MillraceError } from '../errors.js';
import type { KnownProjects } from '../project/known-projects.js';
import type { ProjectFolder } from '../project/project-folder.js';
import type { Target } from '../targets/target.js';
import { type ClusterState, readClusterStatus } from './status.js';

export interface ListedCluster {
  readonly project: string;
  readonly target: string | null;
  /** `unknown`: the project, or the place where its cluster runs, could not be asked. */
  readonly state: ClusterState | 'unknown';
  readonly broker: string | null;
  readonly masterUi: string | null;
  /** Why it is unknown. */
  readonly reason: string | null;
}

export type OpenProject = (root: string) => Promise<{ readonly project: ProjectFolder; readonly target: Target }>;

/** The clusters of all projects of this user, with what is true of them now. */
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
    // A folder that may not be read is no bug of ours, and no reason to keep the others back.
    if (!(error instanceof MillraceError) && (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return { ...unknown, reason: (error as Error).message };
  }
}
