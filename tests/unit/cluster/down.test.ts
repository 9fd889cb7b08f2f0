import { existsSync, mkdtempSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
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
    purge: async () => void told.push('purge'),
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
      isPurging,
    });
  return { told, project, down };
}

describe('downCluster', () => {
  test('stops the runs while broker and master still answer, then the services', async () => {
    const { told, down } = makeCluster();
    const report = await down(false);
    expect(told).toEqual(['stop runs', 'down']);
    expect(report).toMatchObject({ state: 'stopped', stopped: ['broker'], stoppedRuns: ['cars-1'], purged: false });
  });

  test('keeps runs and rejects, deletes them when it purges, and leaves what is known of other clusters', async () => {
    const { told, project, down } = makeCluster();
    const folders = ['rejects', 'seeds'].map((name) => join(project.state, name));
    for (const folder of folders) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'kept'), '');
    }
    await down(false);
    expect(folders.map(existsSync)).toEqual([true, true]);
    await down(true);
    expect(told.slice(-4)).toEqual(['stop runs', 'down', 'purge', 'forget runs']);
    expect(folders.map(existsSync)).toEqual([false, true]);
  });
});
