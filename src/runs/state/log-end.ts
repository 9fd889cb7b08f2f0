import type { SharedFiles } from '../../targets/target.js';
import { driverLogPath } from '../record/run-paths.js';

/** Where a driver says why it ended. */
const CAUSE_WITHIN_BYTES = 200_000;

/** The end of the present attempt's log: a log of days is not read as a whole. */
export async function readLogEnd(data: SharedFiles, run: string, bytes = CAUSE_WITHIN_BYTES): Promise<string> {
  return (await data.tail(driverLogPath(run), -bytes)).text;
}
