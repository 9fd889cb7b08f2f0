import { identifyProcess, type ProcessIdentity } from '../../src/project/process-identity.js';
import type { ProjectFolder } from '../../src/project/project-folder.js';
import { type Supervision, writeSupervision } from '../../src/runs/supervision.js';

/** The test itself stands for the supervisor of a run, which lives therefore, with what is to be different. */
export function superviseHere(project: ProjectFolder, run: string, some: Partial<Supervision> = {}): Promise<void> {
  const supervisor = identifyProcess(process.pid) as ProcessIdentity;
  const supervision = {
    supervisor,
    phase: 'watching',
    note: null,
    attempts: [],
    countedFrom: 0,
    verdict: null,
  } as const;
  return writeSupervision(project, run, { ...supervision, ...some });
}
