import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';

const int16 = (value: number) => Buffer.of(value >> 8, value & 0xff);
const int32 = (value: number) => Buffer.concat([int16(value >>> 16), int16(value & 0xffff)]);
const string = (text: string) => Buffer.concat([int16(text.length), Buffer.from(text)]);
const NO_ERROR = int16(0);
const NO_BYTES = int32(0);

const METADATA = 3;
const SASL_HANDSHAKE = 17;
const API_VERSIONS = 18;
const SASL_AUTHENTICATE = 36;
/** Request and the newest version of it that is offered. */
const OFFERED = [
  [METADATA, 12],
  [SASL_HANDSHAKE, 1],
  [API_VERSIONS, 2],
  [SASL_AUTHENTICATE, 0],
] as const;

export interface TlsBrokerOptions {
  readonly certificate: string;
  readonly key: string;
  /** Clients must show a certificate that this authority has signed. */
  readonly clientCa?: string;
  /** What Metadata requests are answered with, behind the correlation id. */
  readonly metadata?: Buffer;
}

/** A program that speaks as much of Kafka's protocol over TLS as a client needs to connect and to log in. */
export class TlsBroker {
  /** Names in the certificates that clients have shown, '' for a client without one. */
  readonly clients: string[] = [];
  /** What clients have logged in with, NUL between its parts. */
  readonly logins: string[] = [];
  private readonly server: Server;

  constructor(private readonly options: TlsBrokerOptions) {
    const { certificate, key, clientCa } = options;
    const asked = clientCa === undefined ? {} : { requestCert: true, ca: readFileSync(clientCa) };
    this.server = createServer({ cert: readFileSync(certificate), key: readFileSync(key), ...asked });
    this.server.on('secureConnection', (socket) => this.serve(socket));
    this.server.on('tlsClientError', () => undefined);
  }

  /** Gives its address. */
  async listen(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
  }

  private serve(socket: TLSSocket): void {
    this.clients.push(String(socket.getPeerCertificate().subject?.CN ?? ''));
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE()) {
        const end = 4 + received.readInt32BE();
        const answer = this.answer(received.subarray(4, end));
        socket.write(Buffer.concat([int32(answer.length), answer]));
        received = received.subarray(end);
      }
    });
  }

  private answer(request: Buffer): Buffer {
    const [kind, version] = [request.readInt16BE(0), request.readInt16BE(2)];
    const body = request.subarray(10 + request.readInt16BE(8));
    return Buffer.concat([request.subarray(4, 8), ...this.answerTo(kind, version, body)]);
  }

  private answerTo(kind: number, version: number, body: Buffer): readonly Buffer[] {
    if (kind === METADATA) return [this.options.metadata ?? Buffer.alloc(0)];
    if (kind === SASL_HANDSHAKE) return [NO_ERROR, int32(1), string('PLAIN')];
    if (kind === SASL_AUTHENTICATE) {
      this.logins.push(body.subarray(4).toString());
      return [NO_ERROR, int16(-1), NO_BYTES];
    }
    const offered = OFFERED.map(([key, newest]) => Buffer.concat([int16(key), int16(0), int16(newest)]));
    return [NO_ERROR, int32(offered.length), ...offered, ...(version > 0 ? [int32(0)] : [])];
  }
}
