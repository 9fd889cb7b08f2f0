import { type EventSpan, shiftForReplay, widen } from './event-span.js';
import type { Clock } from './system-clock.js';

/** Records of a replay that are due within this time go out together. */
const SHORTEST_SLEEP_MS = 50;

export interface ReplayOptions {
  readonly speed: number;
  readonly isShifted: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The records that are due by now, and how far their event times are moved. */
export interface DueRecords<Held> {
  readonly due: readonly Held[];
  readonly shiftMs: number;
}

/** Gives the records in the order of their event times, with the waits between them divided by the speed. */
export async function* replay<Held extends { readonly eventMs: number }>(
  held: Held[],
  { speed, isShifted, clock, signal }: ReplayOptions,
): AsyncGenerator<DueRecords<Held>> {
  let span: EventSpan | undefined;
  for (const { eventMs } of held) span = widen(span, eventMs);
  if (!span) return;
  held.sort((a, b) => a.eventMs - b.eventMs);
  const { oldestMs } = span;
  const startMs = clock.now();
  const shiftMs = isShifted ? shiftForReplay(span, startMs, speed) : 0;
  const dueAt = ({ eventMs }: Held) => startMs + (eventMs - oldestMs) / speed;
  for (let next = 0; next < held.length; ) {
    await sleepUntil(dueAt(held[next] as Held), clock, signal);
    const nowMs = clock.now();
    const from = next;
    while (next < held.length && dueAt(held[next] as Held) <= nowMs) next += 1;
    yield { due: held.slice(from, next), shiftMs };
  }
}

async function sleepUntil(dueMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  for (let waitMs = dueMs - clock.now(); waitMs > 0; waitMs = dueMs - clock.now()) {
    await clock.sleep(Math.max(SHORTEST_SLEEP_MS, waitMs), signal);
  }
}
