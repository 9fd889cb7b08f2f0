import type { KafkaEndpoint, KafkaSecurity } from '../../src/targets/kafka-endpoint.js';

/** Brokers that all reach by the same addresses. */
export function endpointAt(servers: string, security?: KafkaSecurity): KafkaEndpoint {
  return { bootstrapServers: servers, jobBootstrapServers: servers, ...(security ? { security } : {}) };
}
