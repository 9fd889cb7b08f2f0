/** How a Kafka cluster is reached. */
export interface KafkaEndpoint {
  /** The brokers as this machine reaches them: host:port, several separated by commas. */
  readonly bootstrapServers: string;
  /** The brokers as drivers and executors reach them. */
  readonly jobBootstrapServers: string;
  /** Absent where connections are plain text and need no login. */
  readonly security?: KafkaSecurity;
}

/** Paths of files on this machine, never their content: endpoints are stored and printed. */
export interface KafkaSecurity {
  /** Absent where connections are plain text. */
  readonly tls?: TlsFiles;
  readonly login?: KafkaLogin;
}

/** All are PEM files. */
export interface TlsFiles {
  /** The authorities that must have signed the brokers' certificates; without it, those that Node trusts. */
  readonly ca?: string;
  /** The certificate of this side, where the brokers ask for one. */
  readonly client?: { readonly certificate: string; readonly key: string };
}

export interface KafkaLogin {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  /** User on the first line, password on the second. */
  readonly file: string;
}
