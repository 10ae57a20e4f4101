import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  type CollectorMessage,
  decodeCollectorFrame,
  type EnrolMessage,
  enrolStatement,
  type GapMessage,
  type HelloMessage,
  helloStatement,
  type InventoryMessage,
  type RotateMessage,
  rotateStatement,
  type SnapshotMessage,
  SUBPROTOCOL,
  type SurveyMessage,
  verifyStatement,
} from '../src/index.ts';
import { golden } from './golden-frame.ts';

/** One session as the server's end sees it. */
export interface StubSession {
  socket: WebSocket;
  hello: HelloMessage;
  snapshots: SnapshotMessage[];
  inventories: InventoryMessage[];
  surveys: SurveyMessage[];
  gaps: GapMessage[];
}

type Answer = object | null;

/** A WebSocket server that speaks the gateway's part as far as a test tells it to. It never lets a wrong signature pass. */
export class GatewayStub {
  readonly sessions: StubSession[] = [];
  /** Connections so far, greeted or not. */
  connections = 0;
  /** Bytes that came before any WebSocket was spoken. */
  requests = 0;
  /** Public keys by id, whose signatures are good; null = not looked at. */
  keys: Map<string, string> | null = null;
  /** Answer to `hello`; null = none. */
  onHello: (hello: HelloMessage) => Answer = () => ({ ...golden('welcome'), lastCommittedSequence: 0 });
  /** Answer to a snapshot; null = none. */
  onSnapshot: (snapshot: SnapshotMessage, session: StubSession) => Answer = ({ sequence }) => ({
    type: 'ack',
    sequence,
    refused: [],
  });
  /** Answer to a part of an inventory; null = none. */
  onInventory: (part: InventoryMessage, session: StubSession) => Answer = ({ sequence }) => ({
    type: 'ack',
    sequence,
    refused: [],
  });
  onGap: (gap: GapMessage, session: StubSession) => Answer = ({ to }) => ({ type: 'ack', sequence: to, refused: [] });
  /** Answer to `enrol` and `rotate` with a good signature; null = none. */
  onEnrol: (enrol: EnrolMessage) => Answer = () => golden('enrolled');
  onRotate: (rotate: RotateMessage) => Answer = () => golden('rotated');
  greeting: object | string = golden('challenge');
  readonly #tls: { key: string; cert: string } | null;
  #server: WebSocketServer | null = null;
  #listener: ReturnType<typeof createServer> | null = null;
  #url = '';

  constructor(tls: { key: string; cert: string } | null = null) {
    this.#tls = tls;
  }

  /** Scheme, host and port. */
  get origin(): string {
    return new URL(this.#url).origin;
  }

  async listen(port = 0): Promise<string> {
    const listener = this.#tls === null ? createServer() : createTlsServer(this.#tls);
    this.#listener = listener;
    listener.on('upgrade', () => {
      this.requests += 1;
    });
    const server = new WebSocketServer({
      server: listener,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
    this.#server = server;
    server.on('connection', (socket) => this.#serve(socket));
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
    this.#url = `${this.#tls === null ? 'ws' : 'wss'}://127.0.0.1:${(listener.address() as AddressInfo).port}/collect`;
    return this.#url;
  }

  async close(): Promise<void> {
    for (const client of this.#server?.clients ?? []) client.terminate();
    this.#server?.close();
    await new Promise((resolve) => (this.#listener === null ? resolve(null) : this.#listener.close(resolve)));
  }

  #serve(socket: WebSocket): void {
    const send = (message: object | string | null) => {
      if (message !== null) socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    };
    this.connections += 1;
    let session: StubSession | null = null;
    send(this.greeting);
    socket.on('message', (data, isBinary) => {
      const decoded = decodeCollectorFrame(data as Buffer, isBinary);
      if (!decoded.ok) throw new Error(`the client sent what does not decode: ${decoded.reason}`);
      const { message } = decoded;
      if (message.type === 'enrol') {
        this.#check(message.publicKey, enrolStatement({ ...message, nonce: this.#nonce }), message.signature);
        send(this.onEnrol(message));
        socket.close(1000);
      } else if (message.type === 'hello') {
        this.#check(this.#keyOf(message), helloStatement({ ...message, nonce: this.#nonce }), message.signature);
        session = { socket, hello: message, snapshots: [], inventories: [], surveys: [], gaps: [] };
        this.sessions.push(session);
        send(this.onHello(message));
      } else if (session !== null) send(this.#take(message, session));
    });
  }

  #take(message: Exclude<CollectorMessage, EnrolMessage | HelloMessage>, session: StubSession): Answer {
    if (message.type === 'snapshot') {
      session.snapshots.push(message);
      return this.onSnapshot(message, session);
    }
    if (message.type === 'inventory') {
      session.inventories.push(message);
      return this.onInventory(message, session);
    }
    if (message.type === 'survey') {
      session.surveys.push(message);
      return null;
    }
    if (message.type === 'gap') {
      session.gaps.push(message);
      return this.onGap(message, session);
    }
    const { hello } = session;
    const statement = rotateStatement({ ...hello, publicKey: message.publicKey, nonce: this.#nonce });
    this.#check(this.#keyOf(hello), statement, message.signature);
    return this.onRotate(message);
  }

  get #nonce(): string {
    return golden('challenge').nonce;
  }

  #keyOf({ key, server }: HelloMessage): string | null {
    if (this.keys === null) return null;
    if (server !== this.origin) throw new Error(`the client says it speaks to ${server}`);
    const publicKey = this.keys.get(key);
    if (publicKey === undefined) throw new Error(`the client says hello with the unknown key ${key}`);
    return publicKey;
  }

  #check(publicKey: string | null, statement: Buffer, signature: string): void {
    if (publicKey === null) return;
    if (!verifyStatement(Buffer.from(publicKey, 'base64url'), statement, signature)) {
      throw new Error('the client sent a signature that is not good');
    }
  }
}
