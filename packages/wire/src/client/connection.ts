import type { Layout } from '@silt/domain';
import { type RawData, WebSocket } from 'ws';
import { decodeGatewayMessage } from '../v1/decode-gateway.ts';
import { encode, encodeFrame, joinFrame, toFrame } from '../v1/frame.ts';
import {
  HELLO_DEADLINE_MILLISECONDS,
  MAX_FRAGMENTS,
  MAX_FRAME_BYTES,
  MAX_IN_FLIGHT,
  MAX_INFLATED_BYTES,
  MAX_MISSED_PONGS,
  MAX_READINGS,
  PING_INTERVAL_MILLISECONDS,
} from '../v1/limits.ts';
import type { CollectorMessage } from '../v1/messages/collector-messages.ts';
import type { GatewayMessage } from '../v1/messages/gateway-messages.ts';
import { SUBPROTOCOL } from '../v1/messages/names.ts';
import type { SnapshotMessage } from '../v1/messages/snapshot.ts';
import type { OutgoingInventory, OutgoingSnapshot } from './outbox.ts';
import { connectPinned } from './pinned-socket.ts';

/** How long a peer gets to answer our close. */
const CLOSE_DEADLINE_MILLISECONDS = 1_000;
const SILENCE_MILLISECONDS = MAX_MISSED_PONGS * PING_INTERVAL_MILLISECONDS;

export interface ConnectionListener {
  onOpen(): void;
  onMessage(message: GatewayMessage): void;
  /** The server asked whether we are there; the answer is on its way. */
  onPing(): void;
  /** A message of a type that this version does not know was left alone; for the first one of a connection. */
  onUnknown(type: string): void;
  /** Once, whatever ended it; `reason` is a sentence. */
  onEnd(reason: string): void;
}

/** Address, and the sha256 of the server's certificate in hex; null = any that the machine trusts. */
export interface Endpoint {
  url: URL;
  pin: string | null;
}

/** One WebSocket to a gateway: frames in and out, its deadlines, and what it has been told so far. */
export class Connection {
  readonly #socket: WebSocket;
  readonly #listener: ConnectionListener;
  #layouts = new WeakMap<Layout, number>();
  #lastLayoutNumber = 0;
  #limits = { frameBytes: MAX_FRAME_BYTES, readings: MAX_READINGS, inFlight: MAX_IN_FLIGHT };
  #timer: NodeJS.Timeout | null = null;
  #endReason: string | null = null;
  #toldUnknown = false;

  constructor({ url, pin }: Endpoint, listener: ConnectionListener) {
    this.#listener = listener;
    this.#socket = new WebSocket(url, SUBPROTOCOL, {
      perMessageDeflate: false,
      maxPayload: MAX_FRAME_BYTES,
      maxFragments: MAX_FRAGMENTS,
      handshakeTimeout: HELLO_DEADLINE_MILLISECONDS,
      ...(pin === null ? {} : { createConnection: pinned(url, pin) }),
    });
    this.#socket.on('open', () => {
      this.#endAfter(HELLO_DEADLINE_MILLISECONDS, 'The server did not finish its greeting in time.');
      listener.onOpen();
    });
    this.#socket.on('ping', () => {
      this.#timer?.refresh();
      listener.onPing();
    });
    this.#socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    this.#socket.on('error', (error) => {
      this.#endReason ??= sentence(error);
    });
    this.#socket.on('close', (code, reason) => {
      if (this.#timer !== null) clearTimeout(this.#timer);
      const text = reason.toString();
      listener.onEnd(this.#endReason ?? `The server closed the connection (${code}${text === '' ? '' : `, ${text}`}).`);
    });
  }

  get inFlightLimit(): number {
    return this.#limits.inFlight;
  }

  /** Keeps to the lesser of the server's limits and ours. */
  limit({ frameBytes, readings, inFlight }: { frameBytes: number; readings: number; inFlight: number }): void {
    this.#limits = {
      frameBytes: Math.min(MAX_FRAME_BYTES, frameBytes),
      readings: Math.min(MAX_READINGS, readings),
      inFlight: Math.min(MAX_IN_FLIGHT, inFlight),
    };
  }

  /** From here on silence for two ping intervals ends it. */
  watchSilence(timeScale: number): void {
    this.#endAfter(SILENCE_MILLISECONDS * timeScale, 'The server has been silent for two ping intervals.');
  }

  send(message: CollectorMessage): void {
    this.#socket.send(encodeFrame(message));
  }

  /**
   * Sends it, with the layout's description if this connection has not had it. False, with nothing sent, when the server
   * does not take that much; counted as if the description were in it, so that what was sent once can be sent again.
   */
  sendSnapshot({ sequence, snapshot, layout }: OutgoingSnapshot): boolean {
    const { takenAt, bootId, uptimeMilliseconds, readings, probes } = snapshot;
    const known = this.#layouts.get(layout.layout);
    const number = known ?? this.#lastLayoutNumber + 1;
    const message = (description?: Layout): SnapshotMessage => ({
      ...{ type: 'snapshot', sequence, takenAt, bootId, uptimeMilliseconds },
      layout: description === undefined ? { number } : { number, description },
      ...{ readings, probes },
    });
    const text = encode(message(known === undefined ? layout.layout : undefined));
    const bytes = Buffer.byteLength(text) + (known === undefined ? 0 : layout.bytes);
    if (readings.length > this.#limits.readings || bytes > MAX_INFLATED_BYTES) return false;
    if (bytes > this.#limits.frameBytes) {
      const longest = known === undefined ? text : encode(message(layout.layout));
      if (toFrame(longest).length > this.#limits.frameBytes) return false;
    }
    this.#layouts.set(layout.layout, number);
    this.#lastLayoutNumber = Math.max(this.#lastLayoutNumber, number);
    this.#socket.send(toFrame(text));
    return true;
  }

  /** Sends a part of an inventory. False, with nothing sent, when the server does not take that much. */
  sendInventory({ sequence, baseSequence, head, body }: OutgoingInventory): boolean {
    const start = JSON.stringify({ type: 'inventory', sequence, baseSequence, ...head });
    const frame = joinFrame(`${start.slice(0, -1)},`, body);
    if (frame.length > this.#limits.frameBytes) return false;
    this.#socket.send(frame);
    return true;
  }

  /** Sends a survey's frame and calls `left` when it is on its way; never when the server does not take that much. */
  sendSurvey(frame: Buffer, left: () => void): void {
    if (frame.length <= this.#limits.frameBytes) this.#socket.send(frame, () => left());
  }

  /** Describes each layout again with the next snapshot that has it. */
  forgetLayouts(): void {
    this.#layouts = new WeakMap();
  }

  /** Ends it for a reason of ours; `onEnd` follows. */
  end(reason: string, closeCode: number): void {
    this.#endReason ??= reason;
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#socket.terminate();
    else this.#socket.close(closeCode);
    this.#terminateAfter(CLOSE_DEADLINE_MILLISECONDS);
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#timer?.refresh();
    if (isBinary) {
      this.end('The server sent a binary frame, which this version does not know.', 1003);
      return;
    }
    const decoded = decodeGatewayMessage(data.toString());
    if (decoded.ok) this.#listener.onMessage(decoded.message);
    else if (decoded.unknownType !== undefined) this.#ignore(decoded.unknownType);
    else this.end(`The server sent a message that is not valid: ${decoded.reason}.`, 1008);
  }

  #ignore(type: string): void {
    if (!this.#toldUnknown) this.#listener.onUnknown(type);
    this.#toldUnknown = true;
  }

  #endAfter(milliseconds: number, reason: string): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#endReason ??= reason;
      this.#socket.terminate();
    }, milliseconds);
  }

  #terminateAfter(milliseconds: number): void {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#socket.terminate(), milliseconds);
  }
}

/** As `http.request` calls it: what is not returned may come to the callback later. */
function pinned(url: URL, pin: string): NonNullable<import('ws').ClientOptions['createConnection']> {
  const create = (_options: object, done: Parameters<typeof connectPinned>[2]) => connectPinned(url, pin, done);
  return create as unknown as ReturnType<typeof pinned>;
}

/** A connection to `localhost` that failed on both address families has its reasons inside. */
function sentence(error: Error & { code?: string }): string {
  const inner = error instanceof AggregateError ? error.errors[0] : error;
  return `The server cannot be reached: ${inner?.message || error.code || 'unknown error'}.`;
}
