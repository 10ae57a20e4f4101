import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Sql } from '@silt/db';
import {
  COLLECT_PATH,
  type CollectorKeyPair,
  createKeyPair,
  decodeGatewayMessage,
  type EnrolMessage,
  encodeFrame,
  enrolStatement,
  type GapMessage,
  type GatewayMessage,
  type HelloMessage,
  helloStatement,
  type InventoryMessage,
  rotateStatement,
  type SnapshotMessage,
  SUBPROTOCOL,
  type SurveyMessage,
  signStatement,
} from '@silt/wire';
import { type ClientOptions, WebSocket } from 'ws';

type Received<Type extends GatewayMessage['type']> = Extract<GatewayMessage, { type: Type }>;

const FRAMES = new URL('../../../packages/wire/fixtures/v1/', import.meta.url);
const golden = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, FRAMES), 'utf8'));
const HELLO: HelloMessage = golden('hello');
const SNAPSHOT: SnapshotMessage = golden('snapshot');
export const GOLDEN_LAYOUT: Pick<SnapshotMessage, 'layout'> = { layout: SNAPSHOT.layout };
const ENROL: EnrolMessage = golden('enrol');
const GAP: GapMessage = golden('gap');
export const GOLDEN_INVENTORY: InventoryMessage = golden('inventory');
export const GOLDEN_SURVEY: SurveyMessage = golden('survey');
/** The same sequence says the same in every connection. */
const FIRST_BEAT_AT = Date.now();
/** Milliseconds of a frame to come; a test that waits longer has failed. */
const PATIENCE_MILLISECONDS = 15_000;

export interface TestHost {
  hostId: number;
  publicId: string;
  organisationId: string;
  key: string;
  keyPair: CollectorKeyPair;
}

/** Hosts with a key each, in an organisation of their own. */
export async function addHosts(owner: Sql, count: number): Promise<TestHost[]> {
  const organisationId = await addOrganisation(owner);
  const hosts: TestHost[] = [];
  for (let made = 0; made < count; made += 1) {
    const [host] = await owner<[{ hostId: number; publicId: string }]>`
      INSERT INTO host (organisation_id, name) VALUES (${organisationId}, 'new')
      RETURNING id AS "hostId", public_id AS "publicId"`;
    hosts.push({ ...host, organisationId, ...(await addKey(owner, host.hostId)) });
  }
  return hosts;
}

export async function addOrganisation(owner: Sql): Promise<string> {
  const [organisation] = await owner<[{ id: string }]>`
    INSERT INTO organisation (name, slug) VALUES ('Test', ${randomUUID()}) RETURNING id`;
  return organisation.id;
}

/** One more key of a host. */
export async function addKey(owner: Sql, hostId: number): Promise<Pick<TestHost, 'key' | 'keyPair'>> {
  const keyPair = createKeyPair();
  const [row] = await owner<[{ id: string }]>`
    INSERT INTO collector_key (host_id, organisation_id, public_key)
    SELECT id, organisation_id, ${Buffer.from(keyPair.publicKey, 'base64url')} FROM host WHERE id = ${hostId}
    RETURNING id`;
  return { key: row.id, keyPair };
}

export type Credentials = Pick<TestHost, 'publicId' | 'key' | 'keyPair'>;

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
  readonly server: string;
  #described = false;

  constructor(port: number, options: ClientOptions = {}) {
    this.server = `ws://127.0.0.1:${port}`;
    this.socket = new WebSocket(`${this.server}${COLLECT_PATH}`, SUBPROTOCOL, options);
    this.socket.on('error', () => {});
    this.closed = once(this.socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }));
    this.socket.on('message', (data) => {
      const decoded = decodeGatewayMessage(String(data));
      if (!decoded.ok) throw new Error(decoded.reason);
      this.received.push(decoded.message);
    });
  }

  /** Connected and greeted. */
  static async open(port: number, host: Credentials, hello: Partial<HelloMessage> = {}): Promise<TestCollector> {
    const collector = await TestCollector.greet(port, host, hello);
    await collector.next('welcome');
    return collector;
  }

  /** Has sent its hello. */
  static async greet(
    port: number,
    host: Credentials,
    hello: Partial<HelloMessage> = {},
    options: ClientOptions = {},
  ): Promise<TestCollector> {
    const collector = new TestCollector(port, options);
    await collector.next('challenge');
    collector.sendHello(host, hello);
    return collector;
  }

  /** Has sent its enrol; a new key unless one is given. */
  static async enrol(port: number, token: string, change: Partial<EnrolMessage> = {}, keyPair = createKeyPair()) {
    const collector = new TestCollector(port);
    await collector.next('challenge');
    collector.sendEnrol(token, keyPair, change);
    return collector;
  }

  get nonce(): string {
    const challenge = this.received.find((one) => one.type === 'challenge');
    if (challenge?.type !== 'challenge') throw new Error('there was no challenge yet');
    return challenge.nonce;
  }

  sendHello({ publicId, key, keyPair }: Credentials, change: Partial<HelloMessage> = {}): void {
    const clock = { ...HELLO.clock, now: new Date().toISOString() };
    const said = { hostId: publicId, key, server: this.server, stream: randomUUID(), ...change };
    const signature = signStatement(keyPair.privateKey, helloStatement({ ...said, nonce: this.nonce }));
    this.send({ ...HELLO, clock, signature, ...said });
  }

  sendEnrol(token: string, { publicKey, privateKey }: CollectorKeyPair, change: Partial<EnrolMessage> = {}): void {
    const said = { publicKey, server: this.server, ...change };
    const signature = signStatement(privateKey, enrolStatement({ ...said, nonce: this.nonce }));
    this.send({ ...ENROL, token, signature, ...said });
  }

  sendRotate({ publicId, key, keyPair }: Credentials, publicKey: string, change: object = {}): void {
    const statement = { server: this.server, hostId: publicId, key, publicKey, nonce: this.nonce };
    const signature = signStatement(keyPair.privateKey, rotateStatement(statement));
    this.send({ type: 'rotate', publicKey, signature, ...change });
  }

  sendGap(from: number, to: number, change: Partial<GapMessage> = {}): void {
    this.send({ ...GAP, from, to, ...change });
  }

  sendSnapshot(sequence: number, change: Partial<SnapshotMessage> = {}): void {
    const layout = this.#described ? { number: 1 } : SNAPSHOT.layout;
    const takenAt = new Date(FIRST_BEAT_AT + sequence).toISOString();
    const message: SnapshotMessage = { ...SNAPSHOT, sequence, layout, takenAt, ...change };
    this.#described = true;
    this.send(message);
  }

  /** A full one of one part, with the golden items, unless `change` says something else. */
  sendInventory(sequence: number, change: Partial<InventoryMessage> = {}): void {
    const takenAt = new Date(FIRST_BEAT_AT + sequence).toISOString();
    const message = { ...GOLDEN_INVENTORY, sequence, takenAt, part: 1, parts: 1, ...change };
    this.socket.send(encodeFrame({ ...message, scopes: message.part === 1 ? message.scopes : [] }));
  }

  sendSurvey(change: Partial<SurveyMessage> = {}): void {
    this.socket.send(encodeFrame({ ...GOLDEN_SURVEY, takenAt: new Date().toISOString(), ...change }));
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
