import { type Change, compare } from './change.js';
import type { Fingerprint, Sink } from './fingerprint.js';

export function judgeSinks(before: Fingerprint, after: Fingerprint): readonly Change[] {
  const queries = new Set([...before.sinks, ...after.sinks].map(({ query }) => query));
  const find = ({ sinks }: Fingerprint, query: string) => sinks.find((sink) => sink.query === query);
  return [...queries].flatMap((query) => judgeSink(query, find(before, query), find(after, query)));
}

function judgeSink(query: string, before: Sink | undefined, after: Sink | undefined): readonly Change[] {
  const name = SINK_NAMES[query] ?? `sink ${query}`;
  const [was, is] = [describe(before, after), describe(after, before)];
  if (!before) return compare(name, was, is, 'noted', 'it gets what changes from now on');
  const why = after && whyNot(before, after);
  return why === undefined
    ? compare(name, was, is, 'noted', 'what was written before stays where it is')
    : compare(name, was, is, 'refused', why);
}

function whyNot(before: Sink, after: Sink): string | undefined {
  if (after.kind === 'parquet')
    return 'Spark would fail within ten batches: the log of the new folder has no beginning';
  if (after.kind === 'kafka' || before.kind === 'files') return undefined;
  return 'an earlier version of millrace has begun it, and its open windows would never come to parquet';
}

const SINK_NAMES: Readonly<Record<string, string>> = {
  topic: 'result topic',
  alerts: 'topic of alerts',
  parquet: 'output folder',
  'dead-letters': 'topic of dead letters',
};

function describe(sink: Sink | undefined, other: Sink | undefined): string | null {
  if (!sink) return null;
  return other && other.kind !== sink.kind ? `${sink.kind} ${sink.to}` : sink.to;
}
