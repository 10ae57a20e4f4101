import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import {
  COLLECT_PATH,
  encode,
  type GatewayMessage,
  type HelloMessage,
  helloStatement,
  MAX_IN_FLIGHT,
  SUBPROTOCOL,
  signStatement,
} from '@silt/wire';
import { LOAD_LAYOUT, loadReadings, PROBES_JSON } from './load-snapshot.ts';
import type { LoadHost } from './register-hosts.ts';

const BOOT_ID = '7c0a1a3e-6c9b-4ad4-b3d6-2f1f2b1f9a55';
/** At the hello, so that no uptime is negative. */
const UPTIME_AT_START_MILLISECONDS = 86_400_000;
/** RFC 6455 §5.2: FIN and text; a length in one byte ends at 125, 126 announces two bytes. */
const TEXT_FRAME = 0x81;
const CLOSE_FRAME = 0x88;
const MASKED = 0x80;
const TWO_BYTE_LENGTH = 126;

/** Called with the time from due to acknowledged of each snapshot, milliseconds. */
export type OnAcknowledged = (milliseconds: number) => void;

/**
 * A collector that costs next to nothing, since it shares its cores with what is measured: a bare socket that speaks
 * just enough of RFC 6455. Its masking key is zero, so that the bytes need no masking; the gateway unmasks all the same.
 */
export class LoadCollector {
  /** Snapshots sent, acknowledged. */
  sent = 0;
  acknowledged = 0;
  onAcknowledged: OnAcknowledged = () => {};
  /** Called after each acknowledgement: there is room for more. */
  onRoom: () => void = () => {};
  readonly #socket: Socket;
  readonly #host: LoadHost;
  readonly #server: string;
  readonly #dueAt = new Float64Array(MAX_IN_FLIGHT);
  readonly #startedAt = performance.now();
  readonly #onFailed: (error: Error) => void;
  #received: Buffer = Buffer.alloc(0);
  #ended = false;

  private constructor(host: LoadHost, server: string, socket: Socket, onFailed: (error: Error) => void) {
    this.#host = host;
    this.#server = server;
    this.#socket = socket;
    this.#onFailed = onFailed;
    socket.on('error', onFailed);
    socket.on('close', () => {
      if (!this.#ended) onFailed(new Error(`the gateway cut the connection of ${host.name}`));
    });
  }

  /** Ready after the welcome. `onFailed` is told what ends a connection that should not end. */
  static async open(port: number, host: LoadHost, onFailed: (error: Error) => void): Promise<LoadCollector> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const collector = new LoadCollector(host, `ws://127.0.0.1:${port}`, socket, onFailed);
    const key = Buffer.alloc(16, host.number).toString('base64');
    socket.write(
      `GET ${COLLECT_PATH} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n\r\n`,
    );
    await collector.#greet();
    return collector;
  }

  get room(): number {
    return MAX_IN_FLIGHT - (this.sent - this.acknowledged);
  }

  /** Sends `count` snapshots in one write; there must be room for them. `dueAt` is by `performance.now()`. */
  send(count: number, dueAt: number): void {
    let frames = '';
    for (let left = count; left > 0; left -= 1) {
      this.sent += 1;
      this.#dueAt[this.sent % MAX_IN_FLIGHT] = dueAt;
      frames += frameOf(this.#snapshotText(this.sent));
    }
    this.#socket.write(frames, 'latin1');
  }

  end(): void {
    this.#ended = true;
    this.#socket.destroy();
  }

  #greet(): Promise<void> {
    return new Promise((resolve) => {
      let upgraded = false;
      this.#socket.on('data', (chunk: Buffer) => {
        this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
        if (!upgraded) upgraded = this.#takeUpgrade();
        if (upgraded) this.#takeFrames(resolve);
      });
    });
  }

  #takeUpgrade(): boolean {
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const statusLine = this.#received.toString('latin1', 0, this.#received.indexOf('\r\n'));
    if (!statusLine.startsWith('HTTP/1.1 101')) this.#onFailed(new Error(`the gateway answered ${statusLine}`));
    this.#received = this.#received.subarray(end + 4);
    return true;
  }

  #takeFrames(onWelcome: () => void): void {
    for (;;) {
      const frame = firstFrame(this.#received);
      if (frame === null) return;
      this.#received = this.#received.subarray(frame.end);
      if (frame.first === CLOSE_FRAME) return;
      // Pings come every 15 s; a run with saturated sockets answers none in time only when it is stuck.
      if (frame.first !== TEXT_FRAME) this.#answerPing(frame.payload);
      else this.#receive(frame.payload.toString(), onWelcome);
    }
  }

  #answerPing(payload: Buffer): void {
    this.#socket.write(Buffer.concat([Buffer.from([0x8a, MASKED | payload.length, 0, 0, 0, 0]), payload]));
  }

  #receive(text: string, onWelcome: () => void): void {
    // Acknowledgements are many and come from our own gateway: their form is not checked here.
    const message: GatewayMessage = JSON.parse(text);
    if (message.type === 'ack') this.#acknowledge(message.sequence, message.refused.length);
    else if (message.type === 'challenge') {
      this.#socket.write(frameOf(encode(this.#hello(message.nonce))), 'latin1');
    } else if (message.type === 'welcome') onWelcome();
    else this.#onFailed(new Error(`${this.#host.name} was refused: ${text}`));
  }

  #acknowledge(sequence: number, refused: number): void {
    if (refused > 0) this.#onFailed(new Error(`snapshots of ${this.#host.name} were refused`));
    const now = performance.now();
    for (let at = this.acknowledged + 1; at <= sequence; at += 1) {
      this.onAcknowledged(now - (this.#dueAt[at % MAX_IN_FLIGHT] as number));
    }
    this.acknowledged = sequence;
    this.onRoom();
  }

  #hello(nonce: string): HelloMessage {
    const { publicId: hostId, key, privateKey, machineId, name } = this.#host;
    const signed = { server: this.#server, hostId, key, stream: randomUUID() };
    return {
      type: 'hello',
      ...signed,
      signature: signStatement(privateKey, helloStatement({ ...signed, nonce })),
      collectorVersion: '0.1.0',
      host: { machineId, name, kernelRelease: '6.18.0', distribution: null, architecture: 'x64' },
      lastSequence: 0,
      capabilities: [],
      clock: { now: new Date().toISOString(), bootId: BOOT_ID, uptimeMilliseconds: this.#uptime() },
    };
  }

  #uptime(): number {
    return UPTIME_AT_START_MILLISECONDS + Math.round(performance.now() - this.#startedAt);
  }

  /** JSON by hand: what changes from beat to beat is a small part. */
  #snapshotText(sequence: number): string {
    const layout = sequence === 1 ? `{"number":1,"description":${JSON.stringify(LOAD_LAYOUT)}}` : '{"number":1}';
    return (
      `{"type":"snapshot","sequence":${sequence},"takenAt":"${new Date().toISOString()}","bootId":"${BOOT_ID}",` +
      `"uptimeMilliseconds":${this.#uptime()},"layout":${layout},` +
      `"readings":[${loadReadings(this.#host.number, sequence).join(',')}],"probes":${PROBES_JSON}}`
    );
  }
}

/** A masked text frame as a string of bytes (latin1); `text` is ASCII. */
function frameOf(text: string): string {
  const { length } = text;
  if (length < TWO_BYTE_LENGTH || length > 0xffff) throw new Error(`a frame of ${length} bytes is not foreseen here`);
  return `${String.fromCharCode(TEXT_FRAME, MASKED | TWO_BYTE_LENGTH, length >> 8, length & 0xff)}\0\0\0\0${text}`;
}

/** Null while the first frame is not there in full. */
function firstFrame(bytes: Buffer): { first: number; payload: Buffer; end: number } | null {
  if (bytes.length < 2) return null;
  const [first, short] = [bytes[0] as number, bytes[1] as number];
  if (short > TWO_BYTE_LENGTH) throw new Error('the gateway sends no frame that long');
  const start = short === TWO_BYTE_LENGTH ? 4 : 2;
  if (bytes.length < start) return null;
  const end = start + (short === TWO_BYTE_LENGTH ? bytes.readUInt16BE(2) : short);
  return bytes.length < end ? null : { first, payload: bytes.subarray(start, end), end };
}
