import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@silt/runtime';
import type { Ingest } from '@silt/services';
import { COLLECT_PATH, MAX_FRAGMENTS, MAX_FRAME_BYTES, SUBPROTOCOL } from '@silt/wire';
import { WebSocketServer } from 'ws';
import { HostRegistry } from './host-registry.ts';
import { Session } from './session.ts';

/** Sockets at once, greeted or not. */
export const MAX_CONNECTIONS = 12_000;
/** Above it, to answer that there is no room, and that the gateway is healthy. */
const SPARE_CONNECTIONS = 100;
/** From the first byte of the request to its last header. */
const HEADERS_TIMEOUT_MILLISECONDS = 5_000;
/** How long what came may take to be stored when the gateway stops; a database that hangs must not keep it. */
const STORE_MILLISECONDS = 6_000;
/** How long a collector has to answer the close. */
const CLOSE_MILLISECONDS = 1_000;
const CLOSE_POLL_MILLISECONDS = 20;
const HEALTH_PATH = '/health';

export interface GatewayOptions {
  host: string;
  /** 0 = any free one. */
  port: number;
  ingest: Ingest;
  logger: Logger;
  beats: { fastMilliseconds: number; slowMilliseconds: number };
  /** For tests: the times that a person would not wait for. */
  deadlines?: { helloMilliseconds?: number; pingMilliseconds?: number };
}

export interface Gateway {
  port: number;
  /** Takes nothing new, stores and acknowledges what came, closes with 1001. */
  stop(): Promise<void>;
}

/** Listens for collectors. Rejects with the error of `listen`. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host, port, ingest, logger } = options;
  const hosts = new HostRegistry();
  const sessions = new Set<Session>();
  const http = createServer({ headersTimeout: HEADERS_TIMEOUT_MILLISECONDS }, (request, response) => {
    const healthy = request.method === 'GET' && request.url === HEALTH_PATH;
    response.writeHead(healthy ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(healthy ? { status: 'ok', collectors: hosts.size } : { error: 'not found' }));
  });
  http.maxConnections = MAX_CONNECTIONS + SPARE_CONNECTIONS;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    maxFragments: MAX_FRAGMENTS,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  http.on('upgrade', (request, socket, head) => {
    const refusal = upgradeRefusal(request, sessions.size);
    if (refusal) {
      refuseUpgrade(socket, refusal);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const session = new Session({ ...options, socket: webSocket, hosts, onEnd: () => sessions.delete(session) });
      sessions.add(session);
    });
  });
  await listen(http, host, port);
  return {
    port: (http.address() as AddressInfo).port,
    async stop() {
      http.close();
      for (const session of sessions) session.stopReading();
      await Promise.race([ingest.close(), sleep(STORE_MILLISECONDS)]);
      for (const session of sessions) session.refuse('shutting-down', 'The gateway stops.');
      for (let waited = 0; sessions.size > 0 && waited < CLOSE_MILLISECONDS; waited += CLOSE_POLL_MILLISECONDS) {
        await sleep(CLOSE_POLL_MILLISECONDS);
      }
      logger.info('stopped');
    },
  };
}

/** Status line of a refused upgrade; null = it may go on. */
function upgradeRefusal(request: IncomingMessage, connections: number): string | null {
  if (request.url !== COLLECT_PATH) return '404 Not Found';
  // Collectors send none; a browser always does, and has no business here.
  if (request.headers.origin !== undefined) return '403 Forbidden';
  if (!offersProtocol(request.headers['sec-websocket-protocol'])) return '400 Bad Request';
  return connections >= MAX_CONNECTIONS ? '503 Service Unavailable' : null;
}

function offersProtocol(offered: string | undefined): boolean {
  return (offered ?? '').split(',').some((name) => name.trim() === SUBPROTOCOL);
}

function refuseUpgrade(socket: Duplex, statusLine: string): void {
  socket.on('error', () => {});
  socket.end(`HTTP/1.1 ${statusLine}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function listen(http: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve();
    });
  });
}
