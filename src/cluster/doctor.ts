import type { Check, Target } from '../targets/target.js';

const OLDEST_NODE = [20, 3] as const;

export interface DoctorReport {
  readonly isHealthy: boolean;
  readonly checks: readonly Check[];
}

/** What this machine needs, one line each with the command that mends it. */
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
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOk = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const mend = isOk ? '' : `Install Node ${OLDEST_NODE.join('.')} or later.`;
  return { name: 'Node', isOk, found: version, mend, isRequired: true };
}

function checkSystem(platform: string): Check {
  const isOk = platform !== 'win32';
  const note = platform === 'linux' ? 'tried' : 'by the book, untested';
  return {
    name: 'system',
    isOk,
    found: `${platform}, ${note}`,
    mend: isOk ? '' : 'Use WSL 2: `wsl --install`.',
    isRequired: true,
  };
}
