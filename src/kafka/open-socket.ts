import { isIP, connect as openPlain, type Socket } from 'node:net';
import { type ConnectionOptions, connect as openTls } from 'node:tls';

export interface SocketPlace {
  readonly host: string;
  readonly port: number;
  /** Absent for plain text. */
  readonly ssl?: ConnectionOptions | undefined;
}

/** A connection to a broker, over TLS where that is asked for; certificates name hosts, and SNI knows no IP addresses. */
export function openSocket({ host, port, ssl }: SocketPlace, onConnect?: () => void): Socket {
  if (!ssl) return openPlain({ host, port }, onConnect);
  return openTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect);
}
