import type { SharedFiles } from '../../targets/target.js';
import { runPath } from '../record/run-paths.js';

/** The file that asks a run to end: script, supervisor and whoever asks for the state look for it. */
const MARKER = 'stop';

type OnTarget = { readonly data: SharedFiles };

export async function hasStopMarker({ data }: OnTarget, run: string): Promise<boolean> {
  return (await data.read(runPath(run, MARKER))) !== undefined;
}

export async function putStopMarker({ data }: OnTarget, run: string): Promise<void> {
  await data.put(runPath(run, MARKER), '');
}

export async function removeStopMarker({ data }: OnTarget, run: string): Promise<void> {
  await data.remove(runPath(run, MARKER));
}
