import { examine } from '../../../src/cluster/doctor.js';
import type { Target } from '../../../src/targets/target.js';

async function examineNode(nodeVersion: string) {
  const { checks } = await examine({} as Target, { nodeVersion, platform: 'linux' });
  return checks.find(({ name }) => name === 'Node');
}

describe('doctor', () => {
  test.each(['20.18.3', '20.20.2', '22.12.0', '22.23.5', '24.0.0', '100.1.0'])(
    'is content with Node %s',
    async (version) => {
      expect(await examineNode(version)).toMatchObject({ isOk: true, found: version, mend: '' });
    },
  );

  test.each(['18.20.8', '20.9.0', '20.18.2', '21.7.3', '22.0.0', '22.11.0'])(
    'says what to install in place of Node %s',
    async (version) => {
      const fix = 'Install Node 22.12 or later; of Node 20, 20.18.3 or later.';
      expect(await examineNode(version)).toMatchObject({ isOk: false, found: version, mend: fix });
    },
  );
});
