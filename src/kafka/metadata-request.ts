import { boolean, compactArray, compactString, int16, int32, NO_TAGS, string, WireReader } from './wire-format.js';

/**
 * The two requests that lead to a topic's id, spelled as in Kafka's message definitions: ApiVersionsRequest.json (version 0, which
 * every broker answers) and MetadataRequest.json with MetadataResponse.json (versions 10 to 12: version 10 brought the ids,
 * KIP-516), https://github.com/apache/kafka/tree/trunk/clients/src/main/resources/common/message.
 */
const METADATA = 3;
const API_VERSIONS = 18;
const OLDEST_WITH_IDS = 10;
const NEWEST_KNOWN = 12;
const CLIENT_ID = 'millrace';
const NO_ID = Buffer.alloc(16);

export interface TopicFromBroker {
  readonly errorCode: number;
  readonly name: string | null;
  /** As Kafka prints it; null where the broker has no such topic. */
  readonly id: string | null;
}

export function apiVersionsRequest(correlationId: number): Buffer {
  return framed(int16(API_VERSIONS), int16(0), int32(correlationId), string(CLIENT_ID));
}

/** The newest version of the Metadata request that both sides know; undefined for a broker without topic ids. */
export function readMetadataVersion(answer: Buffer): number | undefined {
  const reader = new WireReader(answer);
  reader.int32(); // correlation id
  reader.int16(); // error code
  const offered = reader.array(() => ({ key: reader.int16(), oldest: reader.int16(), newest: reader.int16() }));
  const metadata = offered.find(({ key }) => key === METADATA);
  if (!metadata || metadata.newest < OLDEST_WITH_IDS || metadata.oldest > NEWEST_KNOWN) return undefined;
  return Math.min(NEWEST_KNOWN, metadata.newest);
}

/** Asks for these topics; the flag that would let the broker create missing ones is off. */
export function metadataRequest(correlationId: number, version: number, topics: readonly string[]): Buffer {
  const wanted = topics.map((topic) => Buffer.concat([NO_ID, compactString(topic), NO_TAGS]));
  const clusterOperations = version <= 10 ? [boolean(false)] : [];
  return framed(
    ...[int16(METADATA), int16(version), int32(correlationId), string(CLIENT_ID), NO_TAGS],
    ...[compactArray(wanted), boolean(false), ...clusterOperations, boolean(false), NO_TAGS],
  );
}

/** The topics of an answer to a Metadata request of version 10 to 12; the fields after them are not read. */
export function readMetadataTopics(answer: Buffer): TopicFromBroker[] {
  const reader = new WireReader(answer);
  reader.int32(); // correlation id
  reader.skipTags();
  reader.int32(); // throttle time
  reader.compactArray(() => skipBroker(reader));
  reader.compactString(); // cluster id
  reader.int32(); // controller
  return reader.compactArray(() => readTopic(reader));
}

function readTopic(reader: WireReader): TopicFromBroker {
  const errorCode = reader.int16();
  const name = reader.compactString();
  const id = reader.uuid();
  reader.boolean(); // internal
  reader.compactArray(() => skipPartition(reader));
  reader.int32(); // authorized operations
  reader.skipTags();
  return { errorCode, name, id: id.equals(NO_ID) ? null : id.toString('base64url') };
}

function skipBroker(reader: WireReader): void {
  reader.int32(); // node
  reader.compactString(); // host
  reader.int32(); // port
  reader.compactString(); // rack
  reader.skipTags();
}

function skipPartition(reader: WireReader): void {
  reader.int16(); // error code
  for (let field = 0; field < 3; field++) reader.int32(); // index, leader, leader's epoch
  for (let list = 0; list < 3; list++) reader.compactArray(() => reader.int32()); // replicas: all, in sync, offline
  reader.skipTags();
}

function framed(...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([int32(body.length), body]);
}
