import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { downCluster } from '../../../src/cluster/down.js';
import { KnownProjects } from '../../../src/project/known-projects.js';
import { RecordingReporter } from '../../../src/report/recording-reporter.js';
import type { Services, Target } from '../../../src/targets/target.js';
import { temporaryFolder } from '../temporary-folder.js';

const folder = temporaryFolder();

/** A cluster of one service that notes what it is told. */
function makeCluster() {
  const root = mkdtempSync(join(folder, 'project-'));
  const told: string[] = [];
  const services: Pick<Services, 'status' | 'down' | 'purge'> = {
    status: async () => [{ name: 'broker', state: 'running', pid: 1, container: null, address: null, ui: null }],
    down: async () => void told.push('down'),
    purge: async () => {
      told.push('purge');
      return 'kafka-1';
    },
  };
  const target = { name: 'local', services } as unknown as Target;
  const project = { root, configFile: join(root, 'millrace.yaml'), state: join(root, '.millrace') };
  const stopRuns = async () => {
    told.push('stop runs');
    return ['cars-1'];
  };
  const down = (isPurging: boolean) =>
    downCluster({
      target,
      project,
      projects: new KnownProjects(join(root, 'projects')),
      report: new RecordingReporter(),
      stopRuns,
      forgetRuns: async () => void told.push('forget runs'),
      forgetTopics: async (id) => void told.push(`forget topics of ${id}`),
      forgetRejects: async () => void told.push('forget rejects'),
      isPurging,
    });
  return { told, down };
}

describe('downCluster', () => {
  test('stops the runs while broker and master still answer, then the services', async () => {
    const { told, down } = makeCluster();
    const report = await down(false);
    expect(told).toEqual(['stop runs', 'down']);
    expect(report).toMatchObject({ state: 'stopped', stopped: ['broker'], stoppedRuns: ['cars-1'], purged: false });
  });

  test('a purge also deletes what is recorded about topics, runs and rejects', async () => {
    const { told, down } = makeCluster();
    expect(await down(true)).toMatchObject({ purged: true });
    expect(told).toEqual([
      ...['stop runs', 'down', 'purge'],
      ...['forget topics of kafka-1', 'forget runs', 'forget rejects'],
    ]);
  });
});
