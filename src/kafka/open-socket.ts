import { isIP, connect as openPlain, type Socket } from 'node:net';
import { type ConnectionOptions, connect as openTls } from 'node:tls';

export interface BrokerSocket {
  readonly host: string;
  readonly port: number;
  /** Absent for plain text. */
  readonly ssl?: ConnectionOptions | undefined;
}

/** A connection to a broker, over TLS where `ssl` is given. TLS is told the host's name (SNI), but never an IP address, which SNI forbids. */
export function openSocket({ host, port, ssl }: BrokerSocket, onConnect?: () => void): Socket {
  if (!ssl) return openPlain({ host, port }, onConnect);
  return openTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect);
}
