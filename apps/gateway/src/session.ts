import { randomBytes, randomUUID } from 'node:crypto';
import type { Logger } from '@silt/runtime';
import type { Collector, Ingest, IngestStream, Outcome, RegisteredLayout } from '@silt/services';
import {
  decodeCollectorMessage,
  encode,
  type GatewayMessage,
  HELLO_DEADLINE_MILLISECONDS,
  type HelloMessage,
  MAX_FRAME_BYTES,
  MAX_IN_FLIGHT,
  MAX_READINGS,
  PING_INTERVAL_MILLISECONDS,
  REFUSAL_CODES,
  type RefusalCode,
  type SnapshotMessage,
  SUBPROTOCOL,
} from '@silt/wire';
import type { RawData, WebSocket } from 'ws';
import type { GatewayOptions } from './gateway-server.ts';
import { Heartbeat } from './heartbeat.ts';
import type { HostRegistry } from './host-registry.ts';

/** Layouts kept a connection, the least recently used goes first. A collector tells no more than 8 apart. */
export const MAX_LAYOUTS = 16;
const NONCE_BYTES = 32;
const RETRY_AFTER_MILLISECONDS = 5_000;
const BINARY_FRAME = { ok: false, reason: 'frames are text' } as const;

interface SessionOptions extends Pick<GatewayOptions, 'ingest' | 'logger' | 'beats' | 'deadlines'> {
  socket: WebSocket;
  hosts: HostRegistry;
  onEnd: () => void;
}

/** One connection of a collector: greeted, then streaming. Frames are dealt with one after the other. */
export class Session {
  readonly #socket: WebSocket;
  readonly #ingest: Ingest;
  readonly #hosts: HostRegistry;
  readonly #beats: GatewayOptions['beats'];
  readonly #heartbeat: Heartbeat;
  readonly #helloDeadline: NodeJS.Timeout;
  readonly #layouts = new Map<number, RegisteredLayout | 'not-storable'>();
  #logger: Logger;
  #collector: Collector | null = null;
  #stream: IngestStream | null = null;
  #greeted = false;
  #reading = true;
  #inFlight = 0;
  #work: Promise<void> = Promise.resolve();

  constructor({ socket, ingest, hosts, beats, logger, deadlines = {}, onEnd }: SessionOptions) {
    this.#socket = socket;
    this.#ingest = ingest;
    this.#hosts = hosts;
    this.#beats = beats;
    this.#logger = logger;
    this.#heartbeat = new Heartbeat(socket, deadlines.pingMilliseconds ?? PING_INTERVAL_MILLISECONDS, () => {
      this.#logger.warn('a collector does not answer pings');
      socket.terminate();
    });
    this.#helloDeadline = setTimeout(
      () => this.refuse('hello-timeout', 'No hello came in time.'),
      deadlines.helloMilliseconds ?? HELLO_DEADLINE_MILLISECONDS,
    );
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('error', (error) => this.#logger.warn({ reason: error.message }, 'a broken frame'));
    socket.on('close', () => {
      this.#end();
      onEnd();
    });
    this.#challenge();
  }

  /** From here on what comes is not read; what came is still stored and acknowledged. */
  stopReading(): void {
    this.#reading = false;
    this.#socket.pause();
  }

  /** Says why, and closes. */
  refuse(code: RefusalCode, message: string): void {
    const { retryable, closeCode } = REFUSAL_CODES[code];
    this.#reading = false;
    this.#send({
      type: 'refused',
      code,
      message,
      retryable,
      retryAfterMilliseconds: retryable ? RETRY_AFTER_MILLISECONDS : null,
    });
    this.#socket.resume();
    this.#socket.close(closeCode, code);
    if (code !== 'shutting-down') this.#logger.warn({ code, reason: message }, 'a collector was refused');
  }

  #challenge(): void {
    this.#send({
      type: 'challenge',
      nonce: randomBytes(NONCE_BYTES).toString('base64url'),
      serverTime: new Date().toISOString(),
      versions: [SUBPROTOCOL],
      limits: { frameBytes: MAX_FRAME_BYTES, readings: MAX_READINGS, inFlight: MAX_IN_FLIGHT },
    });
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.#reading) return;
    const decoded = isBinary ? BINARY_FRAME : decodeCollectorMessage(data.toString());
    if (!decoded.ok) this.refuse('bad-message', `This is no message of ${SUBPROTOCOL}: ${decoded.reason}.`);
    else if (decoded.message.type === 'hello') this.#receiveHello(decoded.message);
    else this.#receiveSnapshot(decoded.message);
  }

  #receiveHello(message: HelloMessage): void {
    if (this.#greeted) {
      this.refuse('bad-message', 'There was a hello already.');
      return;
    }
    this.#greeted = true;
    const receivedAt = new Date();
    this.#inOrder(() => this.#greet(message, receivedAt));
  }

  #receiveSnapshot(message: SnapshotMessage): void {
    if (!this.#greeted) {
      this.refuse('bad-message', 'The first message is hello.');
      return;
    }
    this.#inFlight += 1;
    if (this.#inFlight >= MAX_IN_FLIGHT) this.#socket.pause();
    this.#inOrder(() => this.#take(message));
  }

  /** A frame that needs the database holds up the ones behind it, so that the order stays. */
  #inOrder(work: () => Promise<void> | void): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#logger.error({ err: error }, 'a message could not be dealt with');
      this.refuse('overloaded', 'The server cannot take this now.');
    });
  }

  async #greet(hello: HelloMessage, receivedAt: Date): Promise<void> {
    const { token, host, stream, collectorVersion, clock } = hello;
    const collector = await this.#ingest.authenticate(token);
    if (!collector) return this.refuse('bad-token', 'The token is unknown or revoked; make a new one on the server.');
    this.#logger = this.#logger.child({ host: collector.hostPublicId });
    if (!(await this.#hosts.claim(collector.hostId, this.#connection))) {
      return this.refuse('host-already-connected', 'Another collector with this token is connected.');
    }
    this.#collector = collector;
    if (this.#socket.readyState !== this.#socket.OPEN) return this.#end();
    const beatSeconds = Math.ceil(this.#beats.fastMilliseconds / 1_000);
    const greeting = { stream, facts: host, collectorVersion, clock, receivedAt, beatSeconds };
    const opened = await this.#ingest.openStream(collector, greeting);
    opened.onOutcome = (outcome) => this.#acknowledge(outcome);
    opened.onConflict = () => this.refuse('overloaded', 'The server has lost a part of the stream; connect again.');
    this.#stream = opened;
    clearTimeout(this.#helloDeadline);
    this.#send({
      type: 'welcome',
      session: randomUUID(),
      beats: this.#beats,
      lastCommittedSequence: opened.committed,
    });
    this.#logger.info({ collectorVersion }, 'a collector is connected');
  }

  readonly #connection = {
    answers: () => this.#heartbeat.answers(),
    drop: () => this.#socket.terminate(),
  };

  async #take({ layout: named, ...beat }: SnapshotMessage): Promise<void> {
    const { description, number } = named;
    if (this.#stream === null || this.#collector === null || !this.#reading) return;
    const layout =
      description === undefined
        ? this.#layouts.get(number)
        : await this.#ingest.registerLayout(this.#collector, description);
    if (layout !== undefined) this.#keepLayout(number, layout);
    const taken = this.#stream.accept({ ...beat, layout: layout ?? 'unknown-layout' });
    if (taken === 'hole') this.refuse('bad-message', `Sequence ${beat.sequence} is not the next one of its stream.`);
    if (taken !== 'accepted') this.#settle(1);
    else if (this.#ingest.isFull()) this.#socket.pause();
  }

  #keepLayout(number: number, layout: RegisteredLayout | 'not-storable'): void {
    this.#layouts.delete(number);
    this.#layouts.set(number, layout);
    const oldest = this.#layouts.keys().next().value;
    if (this.#layouts.size > MAX_LAYOUTS && oldest !== undefined) this.#layouts.delete(oldest);
  }

  #acknowledge({ sequence, refused, count }: Outcome): void {
    this.#settle(count);
    this.#send({ type: 'ack', sequence, refused });
  }

  #settle(count: number): void {
    this.#inFlight -= count;
    if (this.#reading && this.#inFlight < MAX_IN_FLIGHT) this.#socket.resume();
  }

  #send(message: GatewayMessage): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(encode(message));
  }

  #end(): void {
    clearTimeout(this.#helloDeadline);
    this.#heartbeat.stop();
    if (this.#collector === null) return;
    this.#hosts.release(this.#collector.hostId, this.#connection);
    if (this.#stream !== null) this.#stream.onOutcome = () => {};
  }
}
