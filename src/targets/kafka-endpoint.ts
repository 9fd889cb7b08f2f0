/** How a Kafka cluster is reached. */
export interface KafkaEndpoint {
  /** The brokers as this machine reaches them: host:port, more of them with commas between. */
  readonly bootstrapServers: string;
  /** The brokers as drivers and executors reach them. */
  readonly jobBootstrapServers: string;
  /** Absent where plain text is spoken and nobody has to log in. */
  readonly security?: KafkaSecurity;
}

/** Paths of files on this machine, never what is in them: an endpoint is written down and shown. */
export interface KafkaSecurity {
  /** Absent where plain text is spoken. */
  readonly tls?: TlsFiles;
  readonly login?: KafkaLogin;
}

/** All of them in PEM. */
export interface TlsFiles {
  /** The authorities that brokers' certificates are checked against; without it those that Node trusts. */
  readonly ca?: string;
  /** What this side shows, where the brokers ask for a certificate. */
  readonly client?: { readonly certificate: string; readonly key: string };
}

export interface KafkaLogin {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  /** User on the first line, password on the second. */
  readonly file: string;
}
