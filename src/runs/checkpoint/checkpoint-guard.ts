import { type Change, compare, type GuardAnswer } from './change.js';
import type { Fingerprint } from './fingerprint.js';
import { judgeSinks } from './judge-sinks.js';

export interface Judgement {
  readonly answer: GuardAnswer;
  readonly changes: readonly Change[];
}

type Rule = (before: Fingerprint, after: Fingerprint) => readonly Change[];

/**
 * Whether a run with the fingerprint `after` can go on from a checkpoint with the fingerprint `before`. The rules are those of
 * "Recovery Semantics after Changes in a Streaming Query" (Structured Streaming Programming Guide) and, where the guide says
 * nothing, what Spark 4.2.0 did in the cases of tests/checkpoint-changes.ts. Fields that `before` does not have are not
 * compared. Both fingerprints must be of one Kafka cluster: each cluster has checkpoints of its own.
 */
export function judgeChanges(before: Fingerprint, after: Fingerprint): Judgement {
  const changes = RULES.flatMap((rule) => rule(before, after));
  const has = (answer: GuardAnswer) => changes.some((change) => change.answer === answer);
  return { answer: has('refused') ? 'refused' : has('noted') ? 'noted' : 'safe', changes };
}

const MIXED = 'Spark would go on with counts of the old form under names of the new one';

const RULES: readonly Rule[] = [
  (before, after) => compare('job', before.job, after.job, 'safe', 'a name alone changes nothing'),
  judgeTopics,
  (before, after) => compare('keys', before.keys, after.keys, 'refused', MIXED),
  judgeAggregates,
  (before, after) => compare('window', before.window, after.window, 'refused', MIXED),
  judgeSlide,
  (before, after) => compare('session', before.session, after.session, 'refused', MIXED),
  judgeWatermark,
  judgeSinks,
  judgeSparkVersion,
  judgeTemplate,
  judgeParameters,
];

function judgeAggregates({ aggregates: was }: Fingerprint, { aggregates: is }: Fingerprint): readonly Change[] {
  // Aggregates that the job no longer names cannot be compared.
  if (is === null) return [];
  if (was !== null) return compare('aggregates', was, is, 'refused', MIXED);
  const words = 'the aggregates of the checkpoint were not written down';
  const why = 'if they have changed since, Spark fails, and only `--new-checkpoint` helps';
  return [{ field: 'aggregates', words, answer: 'noted', why }];
}

function judgeTopics(before: Fingerprint, after: Fingerprint): readonly Change[] {
  const names = ({ topics }: Fingerprint) => topics.map(({ name }) => name).join(', ');
  const why = 'the offsets of the checkpoint are those of another topic';
  const renamed = compare('topics', names(before), names(after), 'refused', why);
  return renamed.length > 0
    ? renamed
    : after.topics.flatMap(({ name, id }, at) => judgeId(name, before.topics[at], id));
}

function judgeId(name: string, before: Fingerprint['topics'][number] | undefined, id: string | null): Change[] {
  if (!before?.id || before.id === id) return [];
  const words =
    id === null ? `topic ${name} is gone` : `topic ${name} was created again (its id was ${before.id}, is ${id})`;
  const why = 'Spark would take the offsets of the old topic for those of the new one, and skip records';
  return [{ field: 'topics', words, answer: 'refused', why, lostTopic: name }];
}

/** A slide that is as long as the window makes the same windows as no slide. */
function judgeSlide(before: Fingerprint, after: Fingerprint): readonly Change[] {
  const isTumbling = ({ slide, window }: Fingerprint) => slide === null || slide === window;
  if (isTumbling(before) && isTumbling(after)) return [];
  return compare('slide', before.slide, after.slide, 'refused', MIXED);
}

function judgeWatermark(before: Fingerprint, after: Fingerprint): readonly Change[] {
  const [was, is] = [before.watermark, after.watermark];
  if (isPerTopic(was) && isPerTopic(is)) {
    const topics = Object.keys({ ...was, ...is });
    return topics.flatMap((topic) => judgeDelay(`watermark of ${topic}`, was[topic] ?? null, is[topic] ?? null));
  }
  if (isPerTopic(was) || isPerTopic(is)) return compare('watermark', was, is, 'refused', MIXED);
  return judgeDelay('watermark', was, is);
}

function judgeDelay(field: string, was: string | null, is: string | null): readonly Change[] {
  if (is === null) return compare(field, was, null, 'refused', 'without one no window is ever final');
  const why = 'it applies from now on; windows that the old one has closed stay closed';
  return compare(field, was, is, 'noted', why);
}

function isPerTopic(watermark: Fingerprint['watermark']): watermark is Record<string, string | null> {
  return typeof watermark === 'object' && watermark !== null;
}

function judgeSparkVersion({ sparkVersion: was }: Fingerprint, { sparkVersion: is }: Fingerprint): readonly Change[] {
  if (isOlder(is, was)) {
    return compare(
      'sparkVersion',
      was,
      is,
      'refused',
      'an older Spark may not be able to read what a newer one has written',
    );
  }
  return compare('sparkVersion', was, is, 'noted', 'from now on the older one may not be able to read this checkpoint');
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) < 0;
}

function judgeTemplate(before: Fingerprint, after: Fingerprint): readonly Change[] {
  if (before.template === null || before.template === after.template) return [];
  const why = 'what was counted with the old one stays as it is';
  return [{ field: 'template', words: 'the text of the template has changed', answer: 'noted', why }];
}

function judgeParameters(before: Fingerprint, after: Fingerprint): readonly Change[] {
  const [was, is] = [before.parameters, after.parameters];
  if (was === null || is === null) return [];
  const judged = new Set([...before.judgedParameters, ...after.judgedParameters]);
  const names = Object.keys({ ...was, ...is }).filter((name) => !judged.has(name));
  return names.flatMap((name) => {
    const isLosing = name === 'outputMode' && modeOf(before, was) === 'append' && modeOf(after, is) === 'update';
    const [answer, why] = isLosing ? (['refused', WHY_NOT_UPDATE] as const) : (['noted', whyOf(name)] as const);
    return compare(name, was[name] ?? null, is[name] ?? null, answer, why);
  });
}

/** What the jobs take where nothing is set: sessions have final results alone. */
function modeOf({ session }: Fingerprint, parameters: NonNullable<Fingerprint['parameters']>): unknown {
  return parameters.outputMode ?? (session === null ? 'update' : 'append');
}

const WHY_NOT_UPDATE =
  'windows that are open now would come to neither topic nor parquet, unless they change once more';

const WHY: Readonly<Record<string, string>> = {
  startingOffsets: 'only a new checkpoint begins there',
  outputMode: 'windows that are open now are written once more, when they are final',
};

function whyOf(parameter: string): string {
  return WHY[parameter] ?? 'it applies from now on; what was counted before stays as it is';
}
