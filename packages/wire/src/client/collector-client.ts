import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { HostClock, HostFacts, Snapshot } from '@silt/domain';
import { type GatewayMessage, SUBPROTOCOL } from '../v1/messages.ts';
import type { ClientEvents, ClientLog, ClientState } from './client-events.ts';
import { Connection } from './connection.ts';
import { LayoutInterner } from './layout-interner.ts';
import { MAX_QUEUED_SNAPSHOTS, Outbox } from './outbox.ts';
import { reconnectDelay } from './reconnect-delay.ts';
import { checkServerUrl } from './server-url.ts';

export interface CollectorClientOptions {
  /** `wss://…/collect`, or `ws://` on loopback. */
  url: string;
  token: string;
  collectorVersion: string;
  facts: HostFacts;
  /** Read anew for each `hello`. */
  clock: () => HostClock;
  log?: ClientLog;
  /** 0 … 1, for the jitter of reconnects. */
  random?: () => number;
}

type Received<Type extends GatewayMessage['type']> = Extract<GatewayMessage, { type: Type }>;

/**
 * The collector's side of the protocol: connects, greets, sends, waits and connects again until it is stopped or refused
 * for good. Delivery is at least once within the run of this object; what is not acknowledged is kept in memory.
 */
export class CollectorClient extends EventEmitter<ClientEvents> {
  readonly #options: CollectorClientOptions;
  readonly #url: URL;
  readonly #random: () => number;
  readonly #outbox = new Outbox();
  readonly #layouts = new LayoutInterner();
  #stream = randomUUID();
  #state: ClientState = { name: 'stopped', reason: null };
  #connection: Connection | null = null;
  #challenged = false;
  #refusal: Received<'refused'> | null = null;
  #attempt = 0;
  #waitTimer: NodeJS.Timeout | null = null;
  #dropped = 0;
  #stopped: { promise: Promise<void>; resolve: () => void } | null = null;

  /** Throws ClientSettingsError when the address cannot be used. */
  constructor(options: CollectorClientOptions) {
    super();
    this.#options = options;
    this.#url = checkServerUrl(options.url);
    this.#random = options.random ?? Math.random;
  }

  get state(): ClientState {
    return this.#state;
  }

  get stream(): string {
    return this.#stream;
  }

  /** Snapshots that wait for their first send. */
  get queued(): number {
    return this.#outbox.queued;
  }

  /** Snapshots sent and not acknowledged. */
  get inFlight(): number {
    return this.#outbox.inFlight.length;
  }

  /** Snapshots given up so far. */
  get dropped(): number {
    return this.#dropped;
  }

  start(): void {
    if (this.#state.name === 'stopped') this.#connect();
  }

  /** Sends it as soon as that is possible; at MAX_QUEUED_SNAPSHOTS the oldest one that waits is dropped for it. */
  push(snapshot: Snapshot): void {
    const known = this.#layouts.intern(snapshot.layout);
    if (known.problem !== null) {
      this.#drop(`The protocol cannot carry it: ${known.problem}.`);
      return;
    }
    const shared = known.layout === snapshot.layout ? snapshot : { ...snapshot, layout: known.layout };
    const full = this.#outbox.add({ snapshot: shared, layout: known });
    if (full) this.#drop(`More than ${MAX_QUEUED_SNAPSHOTS} snapshots wait for the server; the oldest goes.`);
    this.#pump();
  }

  /** Closes the connection; what is not acknowledged then stays unknown. Takes a second at most. */
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
    this.#challenged = false;
    this.#connection = new Connection(this.#url, {
      onOpen: () => this.#enter({ name: 'greeting' }),
      onMessage: (message) => this.#receive(message),
      onEnd: (reason) => this.#ended(reason),
    });
  }

  #receive(message: GatewayMessage): void {
    const state = this.#state.name;
    if (message.type === 'refused') {
      this.#refusal = message;
      this.#connection?.end('Refused.', 1000);
    } else if (message.type === 'challenge' && state === 'greeting' && !this.#challenged) this.#hello(message);
    else if (message.type === 'welcome' && state === 'greeting' && this.#challenged) this.#welcomed(message);
    else if (message.type === 'ack' && state === 'streaming') this.#acknowledged(message);
    else this.#connection?.end(`The server sent "${message.type}" out of turn.`, 1008);
  }

  #hello(challenge: Received<'challenge'>): void {
    const { token, collectorVersion, facts, clock } = this.#options;
    if (!challenge.versions.includes(SUBPROTOCOL)) {
      this.#connection?.end(`The server does not speak ${SUBPROTOCOL}.`, 1008);
      return;
    }
    this.#challenged = true;
    this.#connection?.limit(challenge.limits);
    this.#connection?.send({
      type: 'hello',
      token,
      collectorVersion,
      host: facts,
      stream: this.#stream,
      lastSequence: this.#outbox.lastSequence,
      capabilities: [],
      clock: clock(),
    });
  }

  #welcomed(welcome: Received<'welcome'>): void {
    const committed = welcome.lastCommittedSequence;
    if (!this.#outbox.continues(committed)) {
      this.#stream = randomUUID();
      this.#outbox.renumber();
      this.#connection?.end('The server has lost a part of the stream; a new one begins.', 1000);
      return;
    }
    this.#outbox.acknowledge(committed);
    this.#connection?.watchSilence();
    for (const one of this.#outbox.inFlight) {
      this.#connection?.sendSnapshot(one);
      this.emit('sent', one);
    }
    this.#enter({ name: 'streaming' });
    if (committed > 0) this.emit('ack', { sequence: committed, refused: [] });
    this.emit('welcome', welcome);
    this.#pump();
  }

  #pump(): void {
    const connection = this.#connection;
    while (connection !== null && this.#state.name === 'streaming' && this.inFlight < connection.inFlightLimit) {
      const next = this.#outbox.peek();
      if (next === null) return;
      if (connection.sendSnapshot(next)) {
        this.#outbox.take(next);
        this.emit('sent', next);
      } else {
        this.#outbox.discard();
        this.#drop('It is longer than a frame may be.');
      }
    }
  }

  #acknowledged({ sequence, refused }: Received<'ack'>): void {
    if (sequence > this.#outbox.lastSequence) {
      this.#connection?.end(`The server acknowledged ${sequence}, which was never sent.`, 1008);
      return;
    }
    this.#attempt = 0;
    for (const refusal of refused) {
      this.#options.log?.warn(refusal, `The server did not store snapshot ${refusal.sequence}: ${refusal.code}.`);
      const one = this.#outbox.inFlight.find((sent) => sent.sequence === refusal.sequence);
      if (refusal.code === 'unknown-layout' && one !== undefined) this.#connection?.forgetLayout(one.layout.layout);
    }
    this.#outbox.acknowledge(sequence);
    this.emit('ack', { sequence, refused });
    this.#pump();
  }

  #ended(endReason: string): void {
    this.#connection = null;
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
    const milliseconds = reconnectDelay(this.#attempt, refusal?.retryAfterMilliseconds ?? null, this.#random());
    this.#waitTimer = setTimeout(() => this.#connect(), milliseconds);
    this.#options.log?.warn({ milliseconds, queued: this.queued, inFlight: this.inFlight }, reason);
    this.#enter({ name: 'waiting', reason, milliseconds });
  }

  #drop(reason: string): void {
    this.#dropped += 1;
    this.#options.log?.warn({ dropped: this.#dropped }, `A snapshot was dropped. ${reason}`);
    this.emit('dropped', { snapshots: this.#dropped, reason });
  }

  #enter(state: ClientState): void {
    this.#state = state;
    this.emit('state', state);
  }
}
