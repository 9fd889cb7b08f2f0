import { toSparkInterval } from '../../../project/duration.js';

/** A time as a person reads it, in UTC; with the day only if it is not today. */
export function describeTime(ms: number, nowMs: number): string {
  const text = new Date(ms).toISOString();
  const time = text.slice(11, text.endsWith('.000Z') ? 19 : 23);
  return text.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10) ? time : `${text.slice(0, 10)} ${time}`;
}

/** `1,000`. */
export function withThousands(number: number): string {
  return number.toLocaleString('en-GB');
}

/** `1 record`, `2 records`. */
export function several(number: number, noun: string): string {
  return `${withThousands(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** `1 offset waits`, `2 offsets wait`. */
export function severalWait(number: number, noun: string): string {
  return `${several(number, noun)} ${number === 1 ? 'waits' : 'wait'}`;
}

export function upperFirst(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** A length of time as a person reads it, to the second. */
export function describeDuration(ms: number): string {
  return toSparkInterval(Math.max(1_000, Math.round(ms / 1_000) * 1_000));
}
