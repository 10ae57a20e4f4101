import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { decodeCollectorMessage, type HelloMessage, type SnapshotMessage, SUBPROTOCOL } from '../src/index.ts';
import { golden } from './golden-frame.ts';

/** One session as the server's end sees it. */
export interface StubSession {
  socket: WebSocket;
  hello: HelloMessage;
  snapshots: SnapshotMessage[];
}

/** A WebSocket server that speaks the gateway's part as far as a test tells it to. */
export class GatewayStub {
  readonly sessions: StubSession[] = [];
  /** Answer to `hello`; null = none. */
  onHello: (hello: HelloMessage) => object | null = () => ({ ...golden('welcome'), lastCommittedSequence: 0 });
  /** Answer to a snapshot; null = none. */
  onSnapshot: (snapshot: SnapshotMessage, session: StubSession) => object | null = ({ sequence }) => ({
    type: 'ack',
    sequence,
    refused: [],
  });
  greeting: object | string = golden('challenge');
  #server: WebSocketServer | null = null;

  async listen(port = 0): Promise<string> {
    const server = new WebSocketServer({
      port,
      host: '127.0.0.1',
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
    this.#server = server;
    server.on('connection', (socket) => this.#serve(socket));
    await once(server, 'listening');
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/collect`;
  }

  async close(): Promise<void> {
    for (const client of this.#server?.clients ?? []) client.terminate();
    await new Promise((resolve) => (this.#server === null ? resolve(null) : this.#server.close(resolve)));
  }

  #serve(socket: WebSocket): void {
    const send = (message: object | string) =>
      socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    let session: StubSession | null = null;
    send(this.greeting);
    socket.on('message', (data) => {
      const decoded = decodeCollectorMessage(data.toString());
      if (!decoded.ok) throw new Error(`the client sent what does not decode: ${decoded.reason}`);
      if (decoded.message.type === 'hello') {
        session = { socket, hello: decoded.message, snapshots: [] };
        this.sessions.push(session);
        const answer = this.onHello(decoded.message);
        if (answer !== null) send(answer);
      } else if (session !== null) {
        session.snapshots.push(decoded.message);
        const answer = this.onSnapshot(decoded.message, session);
        if (answer !== null) send(answer);
      }
    });
  }
}
