import { EventEmitter } from 'node:events';
import type { HostClock, HostFacts, Snapshot } from '@silt/domain';
import type { GatewayMessage } from '../v1/messages/gateway-messages.ts';
import { COLLECTOR_CAPABILITIES, SUBPROTOCOL } from '../v1/messages/names.ts';
import { helloStatement, rotateStatement, signStatement } from '../v1/statements.ts';
import type { ClientEvents, ClientLog, ClientState } from './client-events.ts';
import { Connection, type Endpoint } from './connection.ts';
import type { ProducedInventory } from './inventory-parts.ts';
import { KeptSurvey, type ProducedSurvey } from './kept-survey.ts';
import { MemoryOutbox } from './memory-outbox.ts';
import type { Outbox } from './outbox.ts';
import { MAX_CATCH_UP_PER_SECOND, Pace } from './pace.ts';
import { reconnectDelay } from './reconnect-delay.ts';
import { checkPin, checkServerUrl } from './server-url.ts';

export interface Credentials {
  /** Public id of the host, as the server said at enrolment. */
  hostId: string;
  key: string;
  /** PKCS #8, PEM. */
  privateKey: string;
}

export interface CollectorClientOptions {
  /** `wss://…/collect`, or `ws://` on loopback. */
  url: string;
  /** sha256 of the server's certificate, 64 hex digits: no other one is spoken to. */
  pin?: string | null;
  /** Read anew for each `hello`. */
  credentials: () => Credentials;
  collectorVersion: string;
  facts: HostFacts;
  /** Read anew for each `hello`. */
  clock: () => HostClock;
  /** What is not acknowledged is kept here; in memory alone unless given. */
  outbox?: Outbox;
  /** The last survey, where it is kept before there is a client. */
  survey?: KeptSurvey;
  log?: ClientLog;
  /** 0 … 1, for the jitter of reconnects. */
  random?: () => number;
  /** Of ping intervals, reconnects and the pace of catching up; less than 1 in tests. */
  timeScale?: number;
}

type Received<Type extends GatewayMessage['type']> = Extract<GatewayMessage, { type: Type }>;

/**
 * The collector's side of the protocol: connects, greets, sends, waits and connects again until it is stopped or refused
 * for good. Delivery is at least once as long as the outbox lasts.
 */
export class CollectorClient extends EventEmitter<ClientEvents> {
  readonly #options: CollectorClientOptions;
  readonly #endpoint: Endpoint;
  readonly #outbox: Outbox;
  readonly #survey: KeptSurvey;
  readonly #random: () => number;
  readonly #timeScale: number;
  #state: ClientState = { name: 'stopped', reason: null };
  #connection: Connection | null = null;
  /** Of this connection's challenge, and who signed for it; null = not yet. */
  #greeted: { nonce: string; credentials: Credentials } | null = null;
  /** Last sequences of the messages that are under way. */
  #underWay: number[] = [];
  #sentUpTo = 0;
  #pace = new Pace(0, MAX_CATCH_UP_PER_SECOND, 0);
  #paceTimer: NodeJS.Timeout | null = null;
  #refusal: Received<'refused'> | null = null;
  #attempt = 0;
  #waitTimer: NodeJS.Timeout | null = null;
  #stopped: { promise: Promise<void>; resolve: () => void } | null = null;

  /** Throws ClientSettingsError when the address or the pin cannot be used. */
  constructor(options: CollectorClientOptions) {
    super();
    const url = checkServerUrl(options.url);
    this.#options = options;
    this.#endpoint = { url, pin: checkPin(options.pin ?? null, url) };
    this.#outbox = options.outbox ?? new MemoryOutbox();
    this.#outbox.onReady = () => this.#pump();
    this.#survey = options.survey ?? new KeptSurvey();
    this.#survey.log = options.log ?? null;
    this.#random = options.random ?? Math.random;
    this.#timeScale = options.timeScale ?? 1;
  }

  get state(): ClientState {
    return this.#state;
  }

  get stream(): string {
    return this.#outbox.stream;
  }

  /** Snapshots and parts of inventories that wait for their turn. */
  get queued(): number {
    return this.#outbox.waiting;
  }

  /** Messages sent and not acknowledged. */
  get inFlight(): number {
    return this.#underWay.length;
  }

  start(): void {
    if (this.#state.name === 'stopped') this.#connect();
  }

  /** Keeps it until the server has acknowledged it, and sends it as soon as that is possible; started or not. */
  push(snapshot: Snapshot): void {
    this.#outbox.add(snapshot);
  }

  /** The same for an inventory; as `Outbox.addInventory`. */
  pushInventory(inventory: ProducedInventory): void {
    this.#outbox.addInventory(inventory);
  }

  /** Sent at once and after each welcome, to a server that takes surveys; until then the last one is kept, in memory alone. */
  survey(survey: ProducedSurvey): Promise<void> {
    return this.#survey.keep(survey);
  }

  /** As `Outbox.needsFullInventory`. */
  get needsFullInventory(): boolean {
    return this.#outbox.needsFullInventory;
  }

  /** As `Outbox.fullInventoryWaits`. */
  get fullInventoryWaits(): boolean {
    return this.#outbox.fullInventoryWaits;
  }

  /** Asks for a new key while the session goes on; false = there is no session now. `rotated` follows. */
  rotate(publicKey: string): boolean {
    if (this.#state.name !== 'streaming' || this.#greeted === null) return false;
    const { credentials, nonce } = this.#greeted;
    const { hostId, key, privateKey } = credentials;
    const statement = rotateStatement({ server: this.#endpoint.url.origin, hostId, key, publicKey, nonce });
    this.#connection?.send({ type: 'rotate', publicKey, signature: signStatement(privateKey, statement) });
    return true;
  }

  /** Ends this session and begins another one at once, with the credentials as they are then. */
  reconnect(reason: string): void {
    this.#attempt = 0;
    this.#connection?.end(reason, 1000);
  }

  /** Closes the connection; what is not acknowledged stays in the outbox. Takes a second at most. */
  stop(): Promise<void> {
    if (this.#waitTimer !== null) clearTimeout(this.#waitTimer);
    const connection = this.#connection;
    if (connection === null) {
      this.#enter({ name: 'stopped', reason: null });
      return Promise.resolve();
    }
    if (this.#stopped === null) {
      let resolve = () => {};
      const promise = new Promise<void>((settle) => {
        resolve = settle;
      });
      this.#stopped = { promise, resolve };
      connection.end('Stopped.', 1000);
    }
    return this.#stopped.promise;
  }

  #connect(): void {
    this.#enter({ name: 'connecting' });
    this.#refusal = null;
    this.#greeted = null;
    this.#underWay = [];
    this.#connection = new Connection(this.#endpoint, {
      onOpen: () => this.#enter({ name: 'greeting' }),
      onMessage: (message) => this.#receive(message),
      onPing: () => this.emit('ping'),
      onUnknown: (type) =>
        this.#options.log?.warn(
          { type },
          'The server sent a message that this version does not know; it is left alone.',
        ),
      onEnd: (reason) => this.#ended(reason),
    });
  }

  #receive(message: GatewayMessage): void {
    const state = this.#state.name;
    if (message.type === 'refused') {
      this.#refusal = message;
      this.#connection?.end('Refused.', 1000);
    } else if (message.type === 'challenge' && state === 'greeting' && this.#greeted === null) this.#hello(message);
    else if (message.type === 'welcome' && state === 'greeting' && this.#greeted !== null) this.#welcomed(message);
    else if (message.type === 'ack' && state === 'streaming') this.#acknowledged(message);
    else if (message.type === 'rotated' && state === 'streaming') this.emit('rotated', message);
    // What follows a welcome at once comes while the outbox still goes back.
    else if (message.type === 'configure' && this.#greeted !== null) this.emit('configure', message);
    else this.#connection?.end(`The server sent "${message.type}" out of turn.`, 1008);
  }

  #hello({ versions, limits, nonce }: Received<'challenge'>): void {
    const { collectorVersion, facts, clock } = this.#options;
    if (!versions.includes(SUBPROTOCOL)) {
      this.#connection?.end(`The server does not speak ${SUBPROTOCOL}.`, 1008);
      return;
    }
    const credentials = this.#options.credentials();
    const { hostId, key, privateKey } = credentials;
    const server = this.#endpoint.url.origin;
    const stream = this.#outbox.stream;
    this.#greeted = { nonce, credentials };
    this.#connection?.limit(limits);
    this.#connection?.send({
      ...{ type: 'hello', collectorVersion, hostId, key, host: facts, server, stream },
      lastSequence: this.#outbox.lastSequence,
      capabilities: [...COLLECTOR_CAPABILITIES],
      clock: clock(),
      signature: signStatement(privateKey, helloStatement({ server, hostId, key, stream, nonce })),
    });
  }

  async #welcomed(welcome: Received<'welcome'>): Promise<void> {
    const connection = this.#connection;
    if (connection === null) return;
    connection.watchSilence(this.#timeScale);
    const committed = welcome.lastCommittedSequence;
    const goesOn = await this.#outbox.resume(committed);
    if (connection !== this.#connection || this.#state.name !== 'greeting') return;
    if (!goesOn) {
      connection.end('A new stream begins.', 1000);
      return;
    }
    this.#pace = new Pace(connection.inFlightLimit, MAX_CATCH_UP_PER_SECOND / this.#timeScale, performance.now());
    this.#sentUpTo = committed;
    this.#enter({ name: 'streaming' });
    if (committed > 0) this.emit('ack', { sequence: committed, refused: [] });
    this.emit('welcome', welcome);
    if (welcome.capabilities?.includes('survey')) {
      this.#survey.open((frame, left) => connection.sendSurvey(frame, left));
    }
    this.#pump();
  }

  #pump(): void {
    const connection = this.#connection;
    if (connection === null) return;
    while (this.#state.name === 'streaming' && this.inFlight < connection.inFlightLimit && this.#outbox.waiting > 0) {
      const milliseconds = this.#pace.take(performance.now());
      if (milliseconds > 0) {
        this.#paceTimer ??= setTimeout(() => {
          this.#paceTimer = null;
          this.#pump();
        }, milliseconds);
        return;
      }
      if (!this.#sendNext(connection)) return;
    }
  }

  /** False when there is nothing to send. */
  #sendNext(connection: Connection): boolean {
    const next = this.#outbox.next();
    if (next === null) return false;
    if (next.kind === 'gap') {
      const { kind: type, ...gap } = next;
      this.#options.log?.warn(gap, `The server is told of records that will never come (${gap.reason}).`);
      connection.send({ type, ...gap });
      this.#sent(next.to);
      this.emit('gap', next);
      return true;
    }
    const sent = next.kind === 'snapshot' ? connection.sendSnapshot(next) : connection.sendInventory(next);
    if (sent) this.#sent(next.sequence);
    else this.#outbox.setAside(next);
    if (sent && next.kind === 'snapshot') this.emit('sent', next);
    return true;
  }

  #sent(last: number): void {
    this.#underWay.push(last);
    this.#sentUpTo = last;
  }

  #acknowledged({ sequence, refused }: Received<'ack'>): void {
    if (sequence > this.#sentUpTo) {
      this.#connection?.end(`The server acknowledged ${sequence}, which was never sent.`, 1008);
      return;
    }
    this.#attempt = 0;
    for (const refusal of refused) {
      this.#options.log?.warn(refusal, `The server did not store record ${refusal.sequence}: ${refusal.code}.`);
      if (refusal.code === 'unknown-layout') this.#connection?.forgetLayouts();
    }
    this.#underWay = this.#underWay.filter((last) => last > sequence);
    this.#outbox.acknowledge(sequence);
    this.emit('ack', { sequence, refused });
    this.#pump();
  }

  #ended(endReason: string): void {
    this.#connection = null;
    this.#survey.close();
    if (this.#paceTimer !== null) clearTimeout(this.#paceTimer);
    this.#paceTimer = null;
    const refusal = this.#refusal;
    const stopped = this.#stopped;
    if (stopped !== null) {
      this.#stopped = null;
      this.#enter({ name: 'stopped', reason: null });
      stopped.resolve();
      return;
    }
    const reason =
      refusal === null ? endReason : `The server refused this collector (${refusal.code}): ${refusal.message}`;
    if (refusal?.retryable === false) {
      this.#enter({ name: 'stopped', reason });
      return;
    }
    this.#attempt += 1;
    const asked = refusal?.retryAfterMilliseconds ?? null;
    const milliseconds = reconnectDelay(this.#attempt, asked, this.#random(), this.#timeScale);
    this.#waitTimer = setTimeout(() => this.#connect(), milliseconds);
    this.#options.log?.warn({ milliseconds, queued: this.queued }, reason);
    this.#enter({ name: 'waiting', reason, milliseconds });
  }

  #enter(state: ClientState): void {
    this.#state = state;
    this.emit('state', state);
  }
}
