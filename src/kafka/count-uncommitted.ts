import type { Kafka } from 'kafkajs';

const READ_UNCOMMITTED = 0;
/** The function of a client that makes its connections; kafkajs keeps it under a symbol of this description. */
const CREATE_CLUSTER = 'private:Kafka:createCluster';

type CreateCluster = (options: object) => unknown;

/**
 * The same client, but its admin sees the ends of topics as they are. An admin of kafkajs 2.2.4 is always told where the records
 * end that are committed, so while any transaction is open it does not see what others have written behind it. kafkajs gives
 * the choice to consumers only.
 */
export function countUncommitted(kafka: Kafka): Kafka {
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === CREATE_CLUSTER);
  if (symbol === undefined) return kafka;
  const create = (kafka as unknown as Record<symbol, CreateCluster>)[symbol] as CreateCluster;
  const value: CreateCluster = (options) => create({ ...options, isolationLevel: READ_UNCOMMITTED });
  return Object.create(kafka, { [symbol]: { value } }) as Kafka;
}
