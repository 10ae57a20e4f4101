import { connect, createServer, type Server, type Socket } from 'node:net';

/** Loopback as well, so that the proxy has the gateway's own port, which collectors sign. */
export const PROXY_HOST = '127.0.0.2';

export interface TcpProxy {
  /** Connections that stand. */
  readonly connections: number;
  /** Connections that were asked for so far. */
  readonly attempts: number;
  /** Bytes that collectors sent so far. */
  readonly collectorBytes: number;
  /** Breaks all connections, and takes no new one until `mend`. */
  cut(): void;
  /** Lets everything through again; what was held back goes on its way. */
  mend(): void;
  /** Keeps the connections, and passes nothing on: both ways (half-open), or only what the server says. */
  stall(direction: 'both' | 'from-server'): void;
  close(): Promise<void>;
}

interface Pair {
  client: Socket;
  server: Socket;
}

/** A wire between collectors and the gateway on 127.0.0.1 that can be cut. Listens on PROXY_HOST, at the same port. */
export async function startTcpProxy(port: number): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let attempts = 0;
  let collectorBytes = 0;
  let [isCut, holdsClient, holdsServer] = [false, false, false];
  const apply = ({ client, server }: Pair) => {
    if (holdsClient) client.pause();
    else client.resume();
    if (holdsServer) server.pause();
    else server.resume();
  };
  const listener: Server = createServer({ noDelay: true }, (client) => {
    attempts += 1;
    client.on('error', () => {});
    if (isCut) {
      breakOff(client);
      return;
    }
    const server = connect({ port, host: '127.0.0.1', noDelay: true });
    const pair = { client, server };
    pairs.add(pair);
    client.on('data', (chunk) => {
      collectorBytes += chunk.length;
    });
    join(client, server, () => pairs.delete(pair));
    join(server, client, () => pairs.delete(pair));
    apply(pair);
  });
  await new Promise<void>((resolve) => listener.listen(port, PROXY_HOST, resolve));
  const set = (cut: boolean, client: boolean, server: boolean) => {
    [isCut, holdsClient, holdsServer] = [cut, client, server];
    for (const pair of pairs) {
      if (cut) breakOff(pair.client);
      else apply(pair);
    }
  };
  return {
    get connections() {
      return pairs.size;
    },
    get attempts() {
      return attempts;
    },
    get collectorBytes() {
      return collectorBytes;
    },
    cut: () => set(true, false, false),
    mend: () => set(false, false, false),
    stall: (direction) => set(false, direction === 'both', true),
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        set(true, false, false);
      }),
  };
}

/** A reset; a socket that is being shut down would never close after one (libuv, uv_tcp_close_reset). */
function breakOff(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

/** What `from` says goes to `to`; the end of one is the end of the other. */
function join(from: Socket, to: Socket, onEnd: () => void): void {
  from.on('error', () => {});
  from.on('data', (chunk) => {
    if (to.write(chunk)) return;
    from.pause();
    to.once('drain', () => from.resume());
  });
  from.on('end', () => to.end());
  from.on('close', () => {
    onEnd();
    to.destroy();
  });
}
