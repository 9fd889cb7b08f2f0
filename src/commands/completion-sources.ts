import { jobNames } from '../jobs/job-names.js';
import { packagePath } from '../project/package-files.js';
import { findProject, type ProjectFolder } from '../project/project-folder.js';
import { wordsFor } from '../runs/record/resolve-run.js';
import { type RunRecord, readAllRuns } from '../runs/record/run-record.js';
import { readLastCluster } from '../targets/cluster-file.js';
import { TARGET_NAMES } from '../targets/registry/registry.js';
import type { OpenContext } from './command-context.js';
import type { TypedWords, WordSources } from './completion-candidates.js';

/** Reads files where other commands would ask the cluster: completion has to answer at once. */
export function completionSources(open: OpenContext, projectFolder: string | undefined): WordSources {
  const project = ({ options }: TypedWords) => findProject(process.cwd(), options.project ?? projectFolder);
  const folders = (typed: TypedWords) => ({ folders: [project(typed).root, packagePath()] });
  const runs = (typed: TypedWords) => runsOn(project(typed), typed.options.target);
  return {
    job: (typed) => jobNames(folders(typed)),
    run: async (typed) => wordsFor(await runs(typed)),
    name: async (typed) => [...new Set((await runs(typed)).map(({ name }) => name))],
    topic: (typed) => topicNames(open, typed),
    set: async (typed) => {
      const { findJob } = await import('../jobs/find-jobs.js');
      const { parameters } = await findJob(folders(typed), typed.positionals[0] ?? '');
      return Object.keys(parameters).map((name) => `${name}=`);
    },
  };
}

/** The runs on the target that the words name, else on that of the last cluster. */
async function runsOn(project: ProjectFolder, named: string | undefined): Promise<readonly RunRecord[]> {
  const target = named ?? (await readLastCluster(project.state))?.target;
  return (await readAllRuns(project)).filter((run) => target === undefined || run.target === target);
}

async function topicNames(open: OpenContext, { options }: TypedWords): Promise<readonly string[]> {
  const { target: name, project } = options;
  const config = name !== undefined && TARGET_NAMES.includes(name) ? { config: { target: name } } : {};
  const { target } = await open({ ...config, ...(project ? { projectFolder: project } : {}) });
  const kafka = await target.kafka();
  const [{ quickBrokerAt }, { listTopicNames }] = await Promise.all([
    import('../kafka/broker.js'),
    import('../kafka/topics.js'),
  ]);
  return listTopicNames(quickBrokerAt(kafka));
}
