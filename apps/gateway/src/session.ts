import { randomBytes, randomUUID } from 'node:crypto';
import type { Logger } from '@silt/runtime';
import type { Collector, Ingest, IngestStream, Outcome } from '@silt/services';
import {
  type CollectorMessage,
  type ConfigureMessage,
  decodeCollectorFrame,
  type EnrolMessage,
  encode,
  GATEWAY_CAPABILITIES,
  type GapMessage,
  type GatewayMessage,
  HELLO_DEADLINE_MILLISECONDS,
  type HelloMessage,
  type InventoryMessage,
  MAX_FRAME_BYTES,
  MAX_IN_FLIGHT,
  MAX_INFLATED_BYTES,
  MAX_INTRODUCTION_BYTES,
  MAX_READINGS,
  PING_INTERVAL_MILLISECONDS,
  REFUSAL_CODES,
  type RefusalCode,
  type RotateMessage,
  type SnapshotMessage,
  SUBPROTOCOL,
} from '@silt/wire';
import type { RawData, WebSocket } from 'ws';
import { Admission } from './admission.ts';
import type { BeatWatch, HostBeats } from './beat-watch.ts';
import type { FullInventoryAsks } from './full-inventory-asks.ts';
import type { GatewayOptions } from './gateway-server.ts';
import type { HandshakeLimits } from './handshake-limits.ts';
import { Heartbeat } from './heartbeat.ts';
import type { HostRegistry, LiveConnection } from './host-registry.ts';
import type { Peer } from './peer.ts';
import { RecentLayouts } from './recent-layouts.ts';
import type { AcceptsServer } from './server-origin.ts';
import { SurveyTaker } from './survey-taker.ts';

/** A collector changes its key once in a month. */
export const MAX_ROTATIONS_A_SESSION = 4;
const NONCE_BYTES = 32;
const RETRY_AFTER_MILLISECONDS = 5_000;
/** For what is counted by the minute. */
const RETRY_LATER_MILLISECONDS = 30_000;
/** How long a peer has to answer the close. */
const CLOSE_MILLISECONDS = 1_000;
const NORMAL_CLOSURE = 1000;
/** Before the welcome these are the peer's fault, and count against its address. */
const FAILURES: ReadonlySet<RefusalCode> = new Set(['bad-message', 'hello-timeout']);

interface SessionOptions extends Pick<GatewayOptions, 'ingest' | 'logger' | 'deadlines'> {
  socket: WebSocket;
  hosts: HostRegistry;
  limits: HandshakeLimits;
  asks: FullInventoryAsks;
  beatWatch: BeatWatch;
  peer: Peer;
  acceptsServer: AcceptsServer;
  onEnd: () => void;
}

/** A collector that was let in, and what it said of itself. */
interface Greeted {
  collector: Collector;
  connection: LiveConnection;
  /** The server that its signatures name. */
  server: string;
}

/** One connection of a collector: greeted, then streaming. Frames are dealt with one after the other. */
export class Session {
  readonly #socket: WebSocket;
  readonly #ingest: Ingest;
  readonly #hosts: HostRegistry;
  readonly #limits: HandshakeLimits;
  readonly #asks: FullInventoryAsks;
  readonly #peer: Peer;
  readonly #beatWatch: BeatWatch;
  readonly #admission: Admission;
  readonly #heartbeat: Heartbeat;
  readonly #helloDeadline: NodeJS.Timeout;
  readonly #leaveHandshake: () => void;
  readonly #layouts = new RecentLayouts();
  #logger: Logger;
  #greeted: Greeted | null = null;
  #stream: IngestStream | null = null;
  /** An enrol or a hello came. */
  #introduced = false;
  #reading = true;
  /** A description of a layout is on its way into the database; it may be long. */
  #describing = false;
  #rotations = 0;
  /** Null = not welcome yet. */
  #beats: HostBeats | null = null;
  /** The collector said that it understands `configure`. */
  #takesConfigure = false;
  /** When a full inventory was asked for; null = not yet. */
  #askedAt: number | null = null;
  /** Null = not welcome yet. */
  #surveys: SurveyTaker | null = null;
  #inFlight = 0;
  #work: Promise<void> = Promise.resolve();

  constructor({
    socket,
    ingest,
    hosts,
    limits,
    asks,
    peer,
    beatWatch,
    logger,
    deadlines = {},
    ...options
  }: SessionOptions) {
    this.#socket = socket;
    this.#ingest = ingest;
    this.#hosts = hosts;
    this.#limits = limits;
    this.#asks = asks;
    this.#peer = peer;
    this.#beatWatch = beatWatch;
    this.#logger = logger;
    this.#leaveHandshake = limits.enter(peer.address);
    this.#heartbeat = new Heartbeat(socket, deadlines.pingMilliseconds ?? PING_INTERVAL_MILLISECONDS, () => {
      this.#logger.warn('a collector does not answer pings');
      socket.terminate();
    });
    this.#helloDeadline = setTimeout(
      () => this.refuse('hello-timeout', 'No hello came in time.'),
      deadlines.helloMilliseconds ?? HELLO_DEADLINE_MILLISECONDS,
    );
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    this.#admission = new Admission({ ingest, hosts, limits, peer, nonce, acceptsServer: options.acceptsServer });
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('error', (error) => this.#logger.warn({ reason: error.message }, 'a broken frame'));
    socket.on('close', () => {
      this.#end();
      options.onEnd();
    });
    this.#challenge(nonce);
  }

  /** From here on what comes is not read; what came is still stored and acknowledged. */
  stopReading(): void {
    this.#reading = false;
    this.#socket.pause();
  }

  /** Says why, and closes. */
  refuse(code: RefusalCode, message: string): void {
    const { retryable, closeCode } = REFUSAL_CODES[code];
    const later = code === 'too-many' ? RETRY_LATER_MILLISECONDS : RETRY_AFTER_MILLISECONDS;
    if (this.#stream === null && FAILURES.has(code)) this.#limits.failed(this.#peer.address, Date.now());
    this.#send({ type: 'refused', code, message, retryable, retryAfterMilliseconds: retryable ? later : null });
    this.#close(closeCode, code);
    if (code !== 'shutting-down') {
      this.#logger.warn({ code, reason: message, address: this.#peer.address }, 'a collector was refused');
    }
  }

  /** A peer that does not answer the close is cut. */
  #close(closeCode: number, reason: string): void {
    this.#reading = false;
    this.#socket.resume();
    this.#socket.close(closeCode, reason);
    setTimeout(() => this.#socket.terminate(), CLOSE_MILLISECONDS).unref();
  }

  #challenge(nonce: string): void {
    this.#send({
      type: 'challenge',
      nonce,
      serverTime: new Date().toISOString(),
      versions: [SUBPROTOCOL],
      limits: { frameBytes: MAX_FRAME_BYTES, readings: MAX_READINGS, inFlight: MAX_IN_FLIGHT },
    });
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.#reading) return;
    const limitBytes = this.#introduced ? MAX_INFLATED_BYTES : MAX_INTRODUCTION_BYTES;
    const decoded = decodeCollectorFrame(data as Buffer, isBinary, limitBytes);
    if (decoded.ok) this.#dispatch(decoded.message);
    else this.refuse('bad-message', `This is no message of ${SUBPROTOCOL}: ${decoded.reason}.`);
  }

  #dispatch(message: CollectorMessage): void {
    if (message.type === 'enrol' || message.type === 'hello') this.#introduce(message);
    else if (!this.#introduced) this.refuse('bad-message', 'The first message is enrol or hello.');
    else if (message.type === 'survey') {
      if (this.#surveys === null) this.refuse('bad-message', 'A survey is for after the welcome.');
      else this.#surveys.take(message, performance.now());
    } else if (message.type === 'rotate') this.#inOrder(() => this.#rotate(message));
    else {
      this.#inFlight += 1;
      if (this.#inFlight >= MAX_IN_FLIGHT) this.#socket.pause();
      this.#inOrder(() => this.#take(message));
    }
  }

  #take(message: GapMessage | InventoryMessage | SnapshotMessage): Promise<void> | void {
    if (message.type === 'gap') return this.#takeGap(message);
    return message.type === 'inventory' ? this.#takeInventory(message) : this.#takeSnapshot(message);
  }

  #introduce(message: EnrolMessage | HelloMessage): void {
    if (this.#introduced) {
      this.refuse('bad-message', 'There was an enrol or a hello already.');
      return;
    }
    this.#introduced = true;
    clearTimeout(this.#helloDeadline);
    const receivedAt = new Date();
    this.#inOrder(() => (message.type === 'enrol' ? this.#enrol(message) : this.#greet(message, receivedAt)));
  }

  /** A frame that needs the database holds up the ones behind it, so that the order stays. */
  #inOrder(work: () => Promise<void> | void): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#logger.error({ err: error }, 'a message could not be dealt with');
      this.refuse('overloaded', 'The server cannot take this now.');
    });
  }

  async #enrol(message: EnrolMessage): Promise<void> {
    const enrolled = await this.#admission.enrol(message);
    if ('code' in enrolled) return this.refuse(enrolled.code, enrolled.message);
    const { hostPublicId: host, keyId: key } = enrolled;
    this.#send({ type: 'enrolled', host, key });
    this.#close(NORMAL_CLOSURE, 'enrolled');
    this.#logger.info({ host, key, address: this.#peer.address }, 'a collector is enrolled');
  }

  async #greet(hello: HelloMessage, receivedAt: Date): Promise<void> {
    const admitted = await this.#admission.greet(hello);
    if ('code' in admitted) return this.refuse(admitted.code, admitted.message);
    this.#logger = this.#logger.child({ host: admitted.hostPublicId });
    const connection = this.#connectionOf(admitted);
    if (!(await this.#hosts.claim(admitted.hostId, connection))) {
      this.#ingest.reportRefused(admitted, 'host-already-connected', this.#peer.address);
      return this.refuse('host-already-connected', 'Another collector with the key of this host is connected.');
    }
    this.#greeted = { collector: admitted, connection, server: hello.server };
    if (this.#socket.readyState !== this.#socket.OPEN) return this.#end();
    const { stream, host: facts, collectorVersion, clock } = hello;
    this.#takesConfigure = hello.capabilities.includes('configure');
    const beats = await this.#beatWatch.beatsOf(admitted.hostId);
    const greeting = { stream, facts, collectorVersion, clock, receivedAt, beatSeconds: beats.fastBeatSeconds };
    const opened = await this.#ingest.openStream(admitted, greeting);
    opened.onOutcome = (outcome) => this.#acknowledge(outcome);
    opened.onLost = () => this.refuse('overloaded', 'The database was set back; connect again.');
    this.#stream = opened;
    this.#surveys = new SurveyTaker({
      ...{ ingest: this.#ingest, stream: opened, collector: admitted, logger: this.#logger },
    });
    this.#beats = beats;
    this.#leaveHandshake();
    this.#send({
      type: 'welcome',
      session: randomUUID(),
      beats: toldBeats(beats),
      lastCommittedSequence: opened.committed,
      capabilities: [...GATEWAY_CAPABILITIES],
    });
    this.#askForInventory(opened);
    this.#logger.info({ collectorVersion }, 'a collector is connected');
  }

  #connectionOf({ hostId, keyId }: Collector): LiveConnection {
    const beats = () => this.#beats;
    return {
      ...{ hostId, keyId },
      get beats() {
        return beats();
      },
      configure: (beats) => this.#configure(beats),
      answers: () => this.#heartbeat.answers(),
      drop: () => this.#socket.terminate(),
      refuse: (code, message) => this.refuse(code, message),
    };
  }

  /** Until a collector that does not obey is welcomed again, it is silent as late as its old beats say. */
  #configure(beats: HostBeats): boolean {
    const before = this.#beats;
    if (before === null || this.#stream === null || !this.#reading) return false;
    const isSame = before.fastBeatSeconds === beats.fastBeatSeconds && before.slowBeatSeconds === beats.slowBeatSeconds;
    const isTold = !isSame && this.#takesConfigure;
    this.#beats = isTold || isSame ? beats : { ...before, hash: beats.hash };
    if (!isTold) return false;
    this.#stream.beatSeconds = beats.fastBeatSeconds;
    this.#send({ type: 'configure', beats: toldBeats(beats), fullInventory: false });
    return true;
  }

  async #rotate(message: RotateMessage): Promise<void> {
    if (this.#greeted === null || !this.#reading) return;
    this.#rotations += 1;
    if (this.#rotations > MAX_ROTATIONS_A_SESSION) {
      return this.refuse('too-many', 'The key was changed too often in one connection.');
    }
    const { collector, server } = this.#greeted;
    const rotated = await this.#admission.rotate(collector, server, message);
    if (typeof rotated === 'string') this.#send({ type: 'rotated', key: rotated });
    else this.refuse(rotated.code, rotated.message);
  }

  #takeGap({ type: _type, ...gap }: GapMessage): void {
    if (this.#stream === null || !this.#reading) return;
    this.#judge(this.#stream.acceptGap(gap), gap.from);
  }

  #takeInventory({ type: _type, ...part }: InventoryMessage): void {
    if (this.#stream === null || !this.#reading) return;
    const taken = this.#stream.acceptInventory(part);
    if (taken !== 'held') this.#judge(taken, part.sequence);
    // Nothing that is held makes room by being stored, so that waiting for it could last for ever.
    else if (this.#ingest.isFull()) this.refuse('overloaded', 'The server cannot take this inventory now.');
  }

  async #takeSnapshot({ layout: named, ...beat }: SnapshotMessage): Promise<void> {
    if (this.#stream === null || this.#greeted === null || !this.#reading) return;
    const { description, number } = named;
    let layout = this.#layouts.get(number);
    if (description !== undefined) {
      this.#describing = true;
      this.#pauseOrResume();
      layout = await this.#ingest.registerLayout(this.#greeted.collector, description);
      this.#describing = false;
      this.#pauseOrResume();
    }
    if (layout !== undefined) this.#layouts.keep(number, layout);
    this.#judge(this.#stream.accept({ ...beat, layout: layout ?? 'unknown-layout' }), beat.sequence);
  }

  #judge(taken: 'accepted' | 'repeat' | 'hole', sequence: number): void {
    if (taken === 'hole') this.refuse('bad-message', `Sequence ${sequence} is not the next one of its stream.`);
    if (taken !== 'accepted') this.#settle(1);
    else if (this.#ingest.isFull()) this.#socket.pause();
  }

  #acknowledge({ sequence, refused, count }: Outcome): void {
    this.#settle(count);
    this.#send({ type: 'ack', sequence, refused });
    if (this.#stream !== null) this.#askForInventory(this.#stream);
  }

  /** Not now, if it was asked not long ago or many others are: then after a later message. */
  #askForInventory(stream: IngestStream): void {
    if (!stream.needsFullInventory || !this.#takesConfigure || !this.#reading) return;
    if (!this.#asks.take(this.#askedAt, Date.now())) return;
    this.#askedAt = Date.now();
    stream.needsFullInventory = false;
    this.#send({ type: 'configure', beats: null, fullInventory: true });
  }

  #settle(count: number): void {
    this.#inFlight -= count;
    this.#pauseOrResume();
  }

  #pauseOrResume(): void {
    if (!this.#reading) return;
    if (this.#describing || this.#inFlight >= MAX_IN_FLIGHT) this.#socket.pause();
    else this.#socket.resume();
  }

  #send(message: GatewayMessage): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(encode(message));
  }

  #end(): void {
    this.#surveys?.close();
    clearTimeout(this.#helloDeadline);
    this.#leaveHandshake();
    this.#heartbeat.stop();
    if (this.#greeted === null) return;
    this.#hosts.release(this.#greeted.collector.hostId, this.#greeted.connection);
    const stream = this.#stream;
    if (stream === null) return;
    stream.onOutcome = () => {};
    // After the frames that came before the end.
    this.#inOrder(() => stream.abandon());
  }
}

const toldBeats = ({ fastBeatSeconds, slowBeatSeconds }: HostBeats): NonNullable<ConfigureMessage['beats']> => ({
  fastMilliseconds: fastBeatSeconds * 1_000,
  slowMilliseconds: slowBeatSeconds * 1_000,
});
