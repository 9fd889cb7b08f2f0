import type { LostRuns, TakenUp } from '../runs/submit/lost-runs.js';
import type { CommandContext } from './command-context.js';
import { toRunContext } from './run-options.js';

/** What became of the runs that were live when the machine went down. */
export interface ResumedRuns extends TakenUp {
  /** Streams that are still lost: nobody has answered yet, or the answer was no. */
  readonly lost: readonly string[];
  readonly lostBatches: readonly string[];
}

/**
 * Names the runs that ended with the machine, and takes the streams among them up where the user agrees.
 * @param isYes `--resume-runs` was given
 */
export async function resumeRuns(context: CommandContext, isYes: boolean): Promise<ResumedRuns> {
  const { target, project, report } = context;
  const { findRunsLostWithMachine, leaveLost, takeUp } = await import('../runs/submit/lost-runs.js');
  const { streams, batches } = await findRunsLostWithMachine(target, project);
  const nothing = { restarted: [], refused: [], lost: streams, lostBatches: batches };
  if (batches.length > 0) report.warn(describeBatches(batches));
  await leaveLost(project, batches);
  if (streams.length === 0) return nothing;
  const answer = isYes || (await context.ask(`${describeStreams(streams)} Take them up from their checkpoints?`));
  if (answer === null)
    report.warn(`${describeStreams(streams)} \`millrace runs restart --all\` takes them up from their checkpoints.`);
  if (answer === false) await leaveLost(project, streams);
  if (!answer) return nothing;
  const taken = await report.step('runs', async (step) => {
    const result = await takeUp(toRunContext(context), streams);
    step.detail(`taken up ${result.restarted.join(', ') || 'none'}`);
    return result;
  });
  for (const { reason, hint } of taken.refused) report.warn(`${reason}. ${hint}`);
  return { ...taken, lost: [], lostBatches: batches };
}

function describeStreams(streams: LostRuns['streams']): string {
  return `Lost when the machine was restarted: ${streams.join(', ')}.`;
}

function describeBatches(batches: LostRuns['batches']): string {
  return `Lost when the machine was restarted: ${batches.join(', ')}. A batch has no checkpoint: submit it again.`;
}
