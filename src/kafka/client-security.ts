import { readFileSync } from 'node:fs';
import { type ConnectionOptions, createSecureContext } from 'node:tls';
import type { SASLOptions } from 'kafkajs';
import { UsageError } from '../errors.js';
import type { KafkaEndpoint, KafkaLogin, TlsFiles } from '../targets/kafka-endpoint.js';

/** The options of kafkajs for TLS and login. */
export interface ClientSecurity {
  readonly ssl?: ConnectionOptions;
  readonly sasl?: SASLOptions;
}

/** Reads the files that an endpoint names. @throws UsageError for a file that cannot be read or used */
export function readSecurity({ security }: KafkaEndpoint): ClientSecurity {
  return {
    ...(security?.tls ? { ssl: readTls(security.tls) } : {}),
    ...(security?.login ? { sasl: readLogin(security.login) } : {}),
  };
}

/** Checks the files now: otherwise Node would fail later, inside a connection, with an error that names no file. */
function readTls({ ca, client }: TlsFiles): ConnectionOptions {
  const options = {
    ...(ca === undefined ? {} : { ca: read(ca) }),
    ...(client ? { cert: read(client.certificate), key: read(client.key) } : {}),
  };
  try {
    createSecureContext(options);
    return options;
  } catch (error) {
    const files = [ca, client?.certificate, client?.key].filter((file) => file !== undefined).join(', ');
    throw new UsageError(
      `The files for TLS cannot be used (${files}): ${(error as Error).message}`,
      'They must be PEM files, and the key must belong to the certificate and have no password.',
      { cause: error },
    );
  }
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
      `${file}, which the connection to Kafka needs, cannot be read: ${code}`,
      'Check the path and its permissions.',
      { cause: error },
    );
  }
}
