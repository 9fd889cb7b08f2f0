import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { SASLOptions } from 'kafkajs';
import { UsageError } from '../errors.js';
import type { KafkaEndpoint, KafkaLogin, TlsFiles } from '../targets/kafka-endpoint.js';

/** What kafkajs is given beside the brokers' names. */
export interface ClientSecurity {
  readonly ssl?: ConnectionOptions;
  readonly sasl?: SASLOptions;
}

/** Reads the files that an endpoint names. @throws UsageError for one that cannot be read or says too little */
export function readSecurity({ security }: KafkaEndpoint): ClientSecurity {
  return {
    ...(security?.tls ? { ssl: readTls(security.tls) } : {}),
    ...(security?.login ? { sasl: readLogin(security.login) } : {}),
  };
}

function readTls({ ca, client }: TlsFiles): ConnectionOptions {
  return {
    ...(ca === undefined ? {} : { ca: read(ca) }),
    ...(client ? { cert: read(client.certificate), key: read(client.key) } : {}),
  };
}

function readLogin({ mechanism, file }: KafkaLogin): SASLOptions {
  const [username = '', password = ''] = read(file).split(/\r?\n/);
  if (username === '' || password === '')
    throw new UsageError(
      `${file} does not hold a login`,
      'Write the user on its first line and the password on its second.',
    );
  return { mechanism, username, password } as SASLOptions;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `${file}, which the Kafka cluster is reached with, cannot be read: ${code}`,
      'Check the path and its rights.',
    );
  }
}
