import { probeTargets, TARGET_NAMES } from '../../../../src/targets/registry/registry.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { ANSWERING, standInDocker } from '../docker/stand-in-docker.js';

const folder = temporaryFolder();

test('the targets are named in the order in which they are offered', () => {
  expect(TARGET_NAMES).toEqual(['local', 'docker']);
});

describe('probeTargets', () => {
  test('takes Docker where it answers, and says so', async () => {
    expect(await probeTargets(standInDocker(folder, ANSWERING).env)).toEqual({
      name: 'docker',
      reason: 'Docker 28.2.2 with compose 2.26.1 answers',
    });
  });

  test('takes this machine where no other answers, and says why', async () => {
    expect(await probeTargets({ PATH: folder })).toEqual({
      name: 'local',
      reason: expect.stringMatching(/docker/i),
    });
  });
});
