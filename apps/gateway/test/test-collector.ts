import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Sql } from '@silt/db';
import { createCollectorToken } from '@silt/services';
import {
  COLLECT_PATH,
  decodeGatewayMessage,
  type GatewayMessage,
  type HelloMessage,
  type SnapshotMessage,
  SUBPROTOCOL,
} from '@silt/wire';
import { type ClientOptions, WebSocket } from 'ws';

type Received<Type extends GatewayMessage['type']> = Extract<GatewayMessage, { type: Type }>;

const FRAMES = new URL('../../../packages/wire/fixtures/v1/', import.meta.url);
const golden = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, FRAMES), 'utf8'));
const HELLO: HelloMessage = golden('hello');
const SNAPSHOT: SnapshotMessage = golden('snapshot');
/** Milliseconds of a frame to come; a test that waits longer has failed. */
const PATIENCE_MILLISECONDS = 15_000;

export interface TestHost {
  hostId: number;
  publicId: string;
  token: string;
}

/** Hosts with a key each, in an organisation of their own. */
export async function addHosts(owner: Sql, count: number): Promise<TestHost[]> {
  const [organisation] = await owner<[{ id: string }]>`
    INSERT INTO organisation (name, slug) VALUES ('Test', ${randomUUID()}) RETURNING id`;
  const hosts: TestHost[] = [];
  for (let made = 0; made < count; made += 1) {
    const { id, token, secretHash } = createCollectorToken();
    const [host] = await owner<[{ hostId: number; publicId: string }]>`
      WITH made AS (
        INSERT INTO host (organisation_id, name) VALUES (${organisation.id}, 'new') RETURNING id, public_id
      ), key AS (
        INSERT INTO collector_key (id, host_id, organisation_id, secret_hash)
        SELECT ${id}, made.id, ${organisation.id}, ${secretHash} FROM made
      ) SELECT id AS "hostId", public_id AS "publicId" FROM made`;
    hosts.push({ ...host, token });
  }
  return hosts;
}

/** Sequences of a host in the database. */
export async function storedSequences(owner: Sql, { hostId }: TestHost): Promise<number[]> {
  const rows = await owner<{ sequence: number }[]>`
    SELECT sequence FROM snapshot WHERE host_id = ${hostId} ORDER BY stream_no, sequence`;
  return rows.map(({ sequence }) => sequence);
}

/** The other end of a gateway's socket, that can also misbehave. Frames are the golden ones with a field changed. */
export class TestCollector {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly received: GatewayMessage[] = [];
  #described = false;

  constructor(port: number, options: ClientOptions = {}) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${COLLECT_PATH}`, SUBPROTOCOL, options);
    this.socket.on('error', () => {});
    this.closed = once(this.socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }));
    this.socket.on('message', (data) => {
      const decoded = decodeGatewayMessage(String(data));
      if (!decoded.ok) throw new Error(decoded.reason);
      this.received.push(decoded.message);
    });
  }

  /** Connected and greeted. */
  static async open(port: number, { token }: TestHost, hello: Partial<HelloMessage> = {}): Promise<TestCollector> {
    const collector = new TestCollector(port);
    await collector.next('challenge');
    collector.sendHello(token, hello);
    await collector.next('welcome');
    return collector;
  }

  sendHello(token: string, change: Partial<HelloMessage> = {}): void {
    const clock = { ...HELLO.clock, now: new Date().toISOString() };
    this.send({ ...HELLO, token, clock, stream: randomUUID(), ...change });
  }

  sendHelloOnOpen(token: string): void {
    this.socket.once('open', () => this.sendHello(token));
  }

  sendSnapshot(sequence: number, change: Partial<SnapshotMessage> = {}): void {
    const layout = this.#described ? { number: 1 } : SNAPSHOT.layout;
    const message: SnapshotMessage = { ...SNAPSHOT, sequence, layout, takenAt: new Date().toISOString(), ...change };
    this.#described = true;
    this.send(message);
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The first message of a type, also one that has come already. */
  next<Type extends GatewayMessage['type']>(type: Type): Promise<Received<Type>> {
    return this.#until(() => this.received.find((one) => one.type === type) as Received<Type> | undefined, type);
  }

  /** Until everything up to `sequence` is acknowledged; gives all that was refused so far. */
  acknowledged(sequence: number): Promise<Received<'ack'>['refused']> {
    return this.#until(() => {
      const acks = this.received.filter((one) => one.type === 'ack');
      return acks.some((ack) => ack.sequence >= sequence) ? acks.flatMap(({ refused }) => refused) : undefined;
    }, `ack ${sequence}`);
  }

  get lastAcknowledged(): number {
    return this.received.reduce((last, one) => (one.type === 'ack' ? Math.max(last, one.sequence) : last), 0);
  }

  #until<Found>(look: () => Found | undefined, what: string): Promise<Found> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(deadline);
        this.socket.off('message', check);
        this.socket.off('close', fail);
      };
      const check = () => {
        const found = look();
        if (found === undefined) return false;
        end();
        resolve(found);
        return true;
      };
      const fail = () => {
        end();
        reject(new Error(`no ${what} came; what came: ${JSON.stringify(this.received)}`));
      };
      const deadline = setTimeout(fail, PATIENCE_MILLISECONDS);
      if (check()) return;
      this.socket.on('message', check);
      this.socket.on('close', fail);
    });
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }
}
