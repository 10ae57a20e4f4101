import { connect, type Socket } from 'node:net';
import { COLLECT_PATH, SUBPROTOCOL } from '@silt/wire';
import { buildFrame, type FrameShape, firstFrame, OPCODE } from './frames.ts';

const HEAD_END = '\r\n\r\n';
const LOOPBACK = '127.0.0.1';

export interface Closed {
  /** Of the close frame; null = the connection ended without one. */
  code: number | null;
  reason: string;
}

export interface Endpoint {
  port: number;
  /** 127.0.0.1 unless given. */
  host?: string;
  /** Address of loopback to come from; limits go by it. */
  from?: string;
}

/** The bytes of an upgrade request as a collector sends it. */
export const upgradeRequest = ({ port, host = LOOPBACK }: Endpoint): string =>
  `GET ${COLLECT_PATH} HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
  `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n` +
  `Sec-WebSocket-Protocol: ${SUBPROTOCOL}${HEAD_END}`;

/** A bare socket that speaks RFC 6455 as far as it is told to, so that it can also break it. */
export class RawSocket {
  readonly socket: Socket;
  readonly closed: Promise<Closed>;
  /** Settles with the status line of the answer to the upgrade; empty when none came. */
  readonly upgraded: Promise<string>;
  onText: (text: string) => void = () => {};
  onPong: () => void = () => {};
  answersPings = true;
  #received: Buffer = Buffer.alloc(0);
  #statusLine: string | null = null;
  #close: Closed = { code: null, reason: '' };
  #settleUpgrade: (statusLine: string) => void = () => {};

  constructor(endpoint: Endpoint, { upgrade = true }: { upgrade?: boolean } = {}) {
    const { port, host = LOOPBACK, from } = endpoint;
    this.socket = connect({ port, host, noDelay: true, ...(from === undefined ? {} : { localAddress: from }) });
    this.upgraded = new Promise((resolve) => {
      this.#settleUpgrade = resolve;
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', () => {
        this.#settleUpgrade(this.#statusLine ?? '');
        resolve(this.#close);
      });
    });
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk) => this.#receive(chunk));
    if (upgrade) this.socket.write(upgradeRequest(endpoint));
  }

  get isOpen(): boolean {
    return !this.socket.destroyed;
  }

  send(payload: Buffer | string, shape?: FrameShape): void {
    this.write(buildFrame(payload, shape));
  }

  write(bytes: Buffer | string): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  /** Without a close frame, as when the peer dies. */
  destroy(): void {
    this.socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    if (this.#statusLine === null) {
      const end = this.#received.indexOf(HEAD_END);
      if (end < 0) return;
      this.#statusLine = this.#received.toString('latin1', 0, this.#received.indexOf('\r\n'));
      this.#received = this.#received.subarray(end + HEAD_END.length);
      this.#settleUpgrade(this.#statusLine);
    }
    for (let frame = firstFrame(this.#received); frame !== null; frame = firstFrame(this.#received)) {
      this.#received = this.#received.subarray(frame.size);
      if (frame.opcode === OPCODE.text) this.onText(frame.payload.toString());
      else if (frame.opcode === OPCODE.pong) this.onPong();
      else if (frame.opcode === OPCODE.ping && this.answersPings) this.send(frame.payload, { opcode: OPCODE.pong });
      else if (frame.opcode === OPCODE.close) this.#answerClose(frame.payload);
    }
  }

  #answerClose(payload: Buffer): void {
    if (payload.length >= 2) this.#close = { code: payload.readUInt16BE(0), reason: payload.toString('utf8', 2) };
    this.send(payload, { opcode: OPCODE.close });
    this.socket.end();
  }
}
