import { defineErrors, ExitCode } from '../../errors.js';
import type { Gap } from '../record/gap.js';
import { describeGap } from './find-gaps.js';

const GAPS_IN_SENTENCE = 4;

export const checkpointErrors = defineErrors({
  CHECKPOINT_CHANGED: {
    exitCode: ExitCode.Usage,
    message: ({ runName, changes }: { runName: string; changes: readonly string[] }) =>
      `The checkpoint of ${runName} belongs to another form of this job: ${changes.join('; ')}`,
    hint: ({ runName }) => `${howToStartOver(runName)}, or \`--name\` to run it beside the other.`,
  },
  /** Records are gone that the checkpoint still points at: their retention is over, or the topic was created again. */
  DATA_LOST: {
    exitCode: ExitCode.Usage,
    message: ({ runName, gaps }: { runName: string; gaps: readonly Gap[] }) =>
      `${runName} cannot go on without a gap: ${listGaps(gaps)}`,
    hint: ({ runName }) =>
      `Take \`--tolerate-loss\` to go on without these records, which are written down. ${howToStartOver(runName)}.`,
  },
  /** Too much of it is gone: no batch has all that it goes on from. */
  CHECKPOINT_BEYOND_REPAIR: {
    exitCode: ExitCode.Usage,
    message: ({ runName, query }: { runName: string; query: string }) =>
      `The checkpoint of ${runName} cannot be repaired: the query ${query} has no whole batch to go on from`,
    hint: ({ runName }) => `${howToStartOver(runName)}.`,
  },
});

/** A topic of many partitions has many gaps: the sentence names some, the field has all. */
function listGaps(gaps: readonly Gap[]): string {
  const rest = gaps.length - GAPS_IN_SENTENCE;
  const named = gaps.slice(0, GAPS_IN_SENTENCE).map(describeGap).join('; ');
  return rest > 0 ? `${named}; and ${rest} more` : named;
}

function howToStartOver(runName: string): string {
  return `Take \`--new-checkpoint\` to start over (the old one is kept), \`millrace runs reset ${runName} --backup\` to put it away`;
}
