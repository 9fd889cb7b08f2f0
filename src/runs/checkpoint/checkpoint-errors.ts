import { ExitCode, MillraceError } from '../../errors.js';
import type { Gap } from '../record/gap.js';
import { describeGap } from './find-gaps.js';

const GAPS_IN_SENTENCE = 4;

export class CheckpointChangedError extends MillraceError {
  readonly code = 'CHECKPOINT_CHANGED';
  readonly exitCode = ExitCode.Usage;
  readonly hint: string;

  constructor(
    readonly runName: string,
    readonly changes: readonly string[],
  ) {
    super(`The checkpoint of ${runName} belongs to another form of this job: ${changes.join('; ')}`);
    this.hint = `${beginAnew(runName)}, or \`--name\` to run it beside the other.`;
  }
}

/** Records are gone that the checkpoint still points at: retention has passed them, or the topic was created again. */
export class DataLostError extends MillraceError {
  readonly code = 'DATA_LOST';
  readonly exitCode = ExitCode.Usage;
  readonly hint: string;

  constructor(
    readonly runName: string,
    readonly gaps: readonly Gap[],
  ) {
    super(`${runName} cannot go on without a gap: ${listGaps(gaps)}`);
    this.hint = `Take \`--tolerate-loss\` to go on without these records, which are written down. ${beginAnew(runName)}.`;
  }
}

/** A topic of many partitions has many gaps; a sentence takes some, the field has all. */
function listGaps(gaps: readonly Gap[]): string {
  const rest = gaps.length - GAPS_IN_SENTENCE;
  const said = gaps.slice(0, GAPS_IN_SENTENCE).map(describeGap).join('; ');
  return rest > 0 ? `${said}; and ${rest} more` : said;
}

function beginAnew(runName: string): string {
  return `Take \`--new-checkpoint\` to start over (the old one is kept), \`millrace runs reset ${runName} --backup\` to put it away`;
}
