import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  COLLECT_PATH,
  decodeGatewayMessage,
  type GatewayMessage,
  type HelloMessage,
  helloStatement,
  type SnapshotMessage,
  type SurveyMessage,
  signStatement,
} from '@silt/wire';
import type { FrameShape } from './frames.ts';
import { type Closed, type Endpoint, RawSocket } from './raw-socket.ts';
import type { TestHost } from './test-hosts.ts';
import { until } from './wait.ts';

type Received<Type extends GatewayMessage['type']> = Extract<GatewayMessage, { type: Type }>;

const FRAMES = new URL('../../../packages/wire/fixtures/v1/', import.meta.url);
const PATIENCE_SECONDS = 20;

/** Text of a golden frame. */
export const goldenText = (name: string): string => readFileSync(new URL(`${name}.json`, FRAMES), 'utf8');
const golden = (name: string) => JSON.parse(goldenText(name));
export const GOLDEN_HELLO: HelloMessage = golden('hello');
export const GOLDEN_SNAPSHOT: SnapshotMessage = golden('snapshot');
export const GOLDEN_SURVEY: SurveyMessage = golden('survey');

export const urlOf = ({ port, host = '127.0.0.1' }: Endpoint): string => `ws://${host}:${port}${COLLECT_PATH}`;

/** A collector made of golden frames with a field changed, that can also misbehave. */
export class Peer {
  readonly raw: RawSocket;
  readonly received: GatewayMessage[] = [];
  readonly #endpoint: Endpoint;
  #described = false;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    this.raw = new RawSocket(endpoint);
    this.raw.onText = (text) => {
      const decoded = decodeGatewayMessage(text);
      if (!decoded.ok) throw new Error(`the gateway sent what is no message: ${decoded.reason}`);
      this.received.push(decoded.message);
    };
  }

  /** Connected and greeted. */
  static async open(endpoint: Endpoint, host: TestHost, change: Partial<HelloMessage> = {}): Promise<Peer> {
    const peer = await Peer.hello(endpoint, host, change);
    await peer.next('welcome');
    return peer;
  }

  /** Connected, and has said hello. */
  static async hello(endpoint: Endpoint, host: TestHost, change: Partial<HelloMessage> = {}): Promise<Peer> {
    const peer = new Peer(endpoint);
    const { nonce } = await peer.next('challenge');
    peer.send(peer.helloOf(host, nonce, change));
    return peer;
  }

  get closed(): Promise<Closed> {
    return this.raw.closed;
  }

  /** A signed hello; `change` is signed as well, but for a signature in it. */
  helloOf(host: TestHost, nonce: string, change: Partial<HelloMessage> = {}): HelloMessage {
    const hello: HelloMessage = {
      ...GOLDEN_HELLO,
      hostId: host.hostId,
      key: host.key,
      server: new URL(urlOf(this.#endpoint)).origin,
      stream: randomUUID(),
      lastSequence: 0,
      clock: { ...GOLDEN_HELLO.clock, now: new Date().toISOString() },
      host: { ...GOLDEN_HELLO.host, name: host.name },
      ...change,
    };
    const { server, hostId, key, stream } = hello;
    const signature = signStatement(host.privateKey, helloStatement({ server, hostId, key, stream, nonce }));
    return { ...hello, signature: change.signature ?? signature };
  }

  /** `readings[0]` is `marker`, which tells snapshots apart; the sequence unless given. */
  snapshotOf(sequence: number, change: Partial<SnapshotMessage> = {}): SnapshotMessage {
    const layout = this.#described ? { number: 1 } : GOLDEN_SNAPSHOT.layout;
    this.#described = true;
    const readings = [sequence, ...GOLDEN_SNAPSHOT.readings.slice(1)];
    return { ...GOLDEN_SNAPSHOT, sequence, layout, takenAt: new Date().toISOString(), readings, ...change };
  }

  sendSnapshot(sequence: number, change: Partial<SnapshotMessage> = {}): void {
    this.send(this.snapshotOf(sequence, change));
  }

  send(message: object | string, shape?: FrameShape): void {
    this.raw.send(typeof message === 'string' ? message : JSON.stringify(message), shape);
  }

  /** The first message of a type, also one that has come already. */
  next<Type extends GatewayMessage['type']>(type: Type): Promise<Received<Type>> {
    const look = () => this.received.find((one) => one.type === type) as Received<Type> | undefined;
    return until(look, {
      seconds: PATIENCE_SECONDS,
      what: () => `a ${type} came; what came: ${JSON.stringify(this.received).slice(0, 500)}`,
    });
  }

  /** Until everything up to `sequence` is acknowledged; gives what was refused so far. */
  acknowledged(sequence: number): Promise<Received<'ack'>['refused']> {
    const look = () => (this.lastAcknowledged >= sequence ? this.refusals : undefined);
    return until(look, {
      seconds: PATIENCE_SECONDS,
      what: () => `${sequence} was acknowledged; what came: ${JSON.stringify(this.received).slice(-500)}`,
    });
  }

  get refusals(): Received<'ack'>['refused'] {
    return this.received.flatMap((one) => (one.type === 'ack' ? one.refused : []));
  }

  get lastAcknowledged(): number {
    return this.received.reduce((last, one) => (one.type === 'ack' ? Math.max(last, one.sequence) : last), 0);
  }

  async close(): Promise<void> {
    this.raw.send(Buffer.from([0x03, 0xe8]), { opcode: 8 });
    this.raw.socket.end();
    await this.closed;
  }
}
