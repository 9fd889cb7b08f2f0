import type { Broker } from '../../kafka/broker.js';
import { describeTopic, emptyTopic, type TopicDescription } from '../../kafka/topics.js';
import type { LedgerPlace } from '../source/source.js';
import { seedErrors } from './seed-errors.js';
import { describeOthers, readLedger, type SeedLedger } from './seed-ledger.js';

export interface PrepareTopicOptions {
  readonly topic: string;
  readonly sources: readonly string[];
  readonly isAppending?: boolean | undefined;
  readonly isReplacing?: boolean | undefined;
  readonly signal: AbortSignal;
  readonly confirm: (question: string) => Promise<void>;
}

/** The topic, once this seed may publish to it. */
export interface PreparedTopic {
  readonly before: TopicDescription;
  readonly ledger: SeedLedger;
}

/**
 * Before anything is published: refuses a topic that holds the same sources, or empties it for `--replace`. `before` describes the
 * topic as it was; emptying does not change its end offsets.
 * @throws SOURCE_SEEDED, and UsageError when the user does not agree
 */
export async function prepareTopic(
  broker: Broker,
  place: LedgerPlace,
  { topic, sources, isAppending, isReplacing, signal, confirm }: PrepareTopicOptions,
): Promise<PreparedTopic> {
  const before = await describeTopic(broker, topic);
  const ledger = await readLedger(place, before);
  const again = sources.filter((source) => Object.hasOwn(ledger.sources, source));
  if (!isReplacing) {
    if (again.length > 0 && !isAppending) throw seedErrors.SOURCE_SEEDED({ topic, sources: again });
    return { before, ledger };
  }
  const others = describeOthers(before, ledger, sources);
  if (others.length > 0)
    await confirm(`--replace empties the topic ${topic}, which also holds ${others.join(', ')}. Go on?`);
  signal.throwIfAborted();
  await emptyTopic(broker, topic);
  return { before, ledger: { ...ledger, sources: {} } };
}
