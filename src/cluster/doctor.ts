import type { Check, Target } from '../targets/target.js';

/** Older ones warn on stderr that modules of JSON are experimental; the spinner is one. */
const OLDEST_NODE_20 = '20.18.3';
const OLDEST_NODE = '22.12';

export interface DoctorReport {
  readonly isHealthy: boolean;
  readonly checks: readonly Check[];
}

/** What millrace needs of this machine, one check each with the command that fixes it. */
export async function examine(
  target: Target,
  machine: { nodeVersion: string; platform: string },
): Promise<DoctorReport> {
  const checks = [
    checkNode(machine.nodeVersion),
    checkSystem(machine.platform),
    ...((await target.services?.check()) ?? []),
  ];
  return { isHealthy: checks.every(({ isOk, isRequired }) => isOk || !isRequired), checks };
}

function checkNode(version: string): Check {
  const isAtLeast = (oldest: string) => version.localeCompare(oldest, 'en', { numeric: true }) >= 0;
  const isOk = isAtLeast(OLDEST_NODE) || (version.startsWith('20.') && isAtLeast(OLDEST_NODE_20));
  const fix = isOk ? '' : `Install Node ${OLDEST_NODE} or later; of Node 20, ${OLDEST_NODE_20} or later.`;
  return { name: 'Node', isOk, found: version, mend: fix, isRequired: true };
}

function checkSystem(platform: string): Check {
  const isOk = platform !== 'win32';
  const note = platform === 'linux' ? 'tested' : 'should work, not tested';
  return {
    name: 'system',
    isOk,
    found: `${platform}, ${note}`,
    mend: isOk ? '' : 'Use WSL 2: `wsl --install`.',
    isRequired: true,
  };
}
