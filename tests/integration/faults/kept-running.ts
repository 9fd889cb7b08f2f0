import { sendSignal } from '../../../src/targets/send-signal.js';
import { type CliResult, cli } from '../cli.js';
import { sharedProject } from '../shared-cluster/project.js';

/** How often a command may end by itself: more is no effect of what was killed beside it. */
const MOST_STARTS = 10;

export interface KeptRunning {
  /** Ctrl-C, and what it then ends with. */
  stop(): Promise<CliResult>;
}

/** A command that fills a topic for as long as the tests take; one that the broker's death has ended is started again. */
export function keepRunning(args: readonly string[], env: Readonly<Record<string, string>> = {}): KeptRunning {
  let pid = -1;
  let isStopping = false;
  const run = async (): Promise<CliResult> => {
    for (let start = 1; ; start++) {
      const ended = await cli(['--json', ...args], {
        project: sharedProject(),
        env,
        giveUpAfterMs: 3 * 3_600_000,
        onStart: (started) => {
          pid = started;
        },
      });
      if (isStopping || start === MOST_STARTS) return ended;
    }
  };
  const end = run();
  return {
    stop: async () => {
      isStopping = true;
      sendSignal(pid, 'SIGINT');
      return end;
    },
  };
}
