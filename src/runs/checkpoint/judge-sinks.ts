import { type Change, compare } from './change.js';
import type { Fingerprint, Sink } from './fingerprint.js';

export function judgeSinks(before: Fingerprint, after: Fingerprint): readonly Change[] {
  const queries = new Set([...before.sinks, ...after.sinks].map(({ query }) => query));
  const find = ({ sinks }: Fingerprint, query: string) => sinks.find((sink) => sink.query === query);
  return [...queries].flatMap((query) => judgeSink(query, find(before, query), find(after, query)));
}

/** A folder of parquet has a log of its batches, which must begin with the first batch of the checkpoint. */
function judgeSink(query: string, before: Sink | undefined, after: Sink | undefined): readonly Change[] {
  const name = SINK_NAMES[query] ?? `sink ${query}`;
  const [was, is] = [describe(before, after), describe(after, before)];
  if (!before)
    return compare(
      name,
      was,
      is,
      'noted',
      'a query that ran before goes on where it stopped, a new one begins where a new checkpoint would',
    );
  if (!after) return compare(name, was, is, 'noted', 'what it has written stays as it is');
  if (after.kind === 'kafka') return compare(name, was, is, 'noted', 'what was written before stays where it is');
  return compare(
    name,
    was,
    is,
    'refused',
    'Spark would fail within ten batches: the log of the new folder has no beginning',
  );
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
