import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { Beats } from '@silt/domain';
import type { Logger } from '@silt/runtime';
import type { Ingest } from '@silt/services';
import { COLLECT_PATH, MAX_FRAGMENTS, MAX_FRAME_BYTES, SUBPROTOCOL } from '@silt/wire';
import { WebSocketServer } from 'ws';
import { BeatWatch } from './beat-watch.ts';
import { FullInventoryAsks } from './full-inventory-asks.ts';
import { type HandOut, isHandOutPath } from './hand-out.ts';
import { HandshakeLimits, MAX_UNGREETED } from './handshake-limits.ts';
import { HostRegistry } from './host-registry.ts';
import { createListener, type TlsFiles } from './listener.ts';
import { type Arrival, parseNetworks, plainRefusal, readPeer } from './peer.ts';
import { RevocationWatch } from './revocation-watch.ts';
import { ownOrigins } from './server-origin.ts';
import { Session } from './session.ts';

/** Sockets at once, greeted or not. */
export const MAX_CONNECTIONS = 12_000;
/** Beside collectors and who wants to be one: to answer that there is no room, to hand out files, to tell the health. */
const SPARE_CONNECTIONS = 100;
/** Who is not welcome yet. What comes beyond is cut off before it costs anything, and may come again. */
const STRANGERS = MAX_UNGREETED + SPARE_CONNECTIONS;
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
  /** That hosts are told, `wss://silt.example/collect`; none = this machine alone. */
  collectorUrl?: string | undefined;
  /** Own TLS; none = plain, for loopback and trusted proxies. */
  tls?: TlsFiles | undefined;
  /** Addresses or networks, `10.0.0.0/8`. */
  trustedProxies?: readonly string[];
  /** What hosts install the collector from; none = 404. */
  handOut?: HandOut | undefined;
  ingest: Ingest;
  logger: Logger;
  /** Of hosts for which nothing is set. */
  beats: Beats;
  /** For tests: the times that a person would not wait for. */
  deadlines?: { helloMilliseconds?: number; pingMilliseconds?: number };
}

export interface Gateway {
  port: number;
  /** Takes nothing new, stores and acknowledges what came, closes with 1001. */
  stop(): Promise<void>;
}

type Refusal = NonNullable<ReturnType<typeof plainRefusal>>;

/** Listens for collectors. Rejects with the error of `listen`. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host, port, ingest, logger } = options;
  const hosts = new HostRegistry((size) => {
    http.maxConnections = size + STRANGERS;
  });
  const limits = new HandshakeLimits();
  const asks = new FullInventoryAsks();
  const sessions = new Set<Session>();
  const beatWatch = new BeatWatch({ ingest, hosts, logger, builtIn: options.beats });
  const trusted = parseNetworks(options.trustedProxies ?? []);
  const http = createListener({
    tls: options.tls ?? null,
    maxConnections: STRANGERS,
    logger,
    onRequest: (request, response) => {
      if (request.method === 'GET' && request.url === HEALTH_PATH) {
        answerJson(response, 200, { status: 'ok', collectors: hosts.size });
      } else if (options.handOut && isHandOutPath(request.url)) {
        const refused = plainRefusal(arrivalOf(request), trusted);
        if (refused) answerText(response, refused);
        else options.handOut.serve(request, response);
      } else answerJson(response, 404, { error: 'not found' });
    },
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    maxFragments: MAX_FRAGMENTS,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  await listen(http, host, port);
  const bound = (http.address() as AddressInfo).port;
  const acceptsServer = ownOrigins({
    ...{ host, port: bound, encrypted: options.tls !== undefined },
    collectorUrl: options.collectorUrl ?? null,
  });
  http.on('upgrade', (request, socket, head) => {
    const peer = readPeer(arrivalOf(request), trusted);
    const refusal =
      plainRefusal(arrivalOf(request), trusted) ??
      upgradeRefusal(request, sessions.size) ??
      limits.refusal(peer.address, Date.now());
    if (refusal) {
      refuseUpgrade(socket, refusal);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const onEnd = () => sessions.delete(session);
      const shared = { hosts, limits, asks, beatWatch, acceptsServer };
      const session = new Session({ ...options, ...shared, socket: webSocket, peer, onEnd });
      sessions.add(session);
    });
  });
  const revocations = new RevocationWatch({ ingest, hosts, logger });
  return {
    port: bound,
    async stop() {
      http.close();
      revocations.stop();
      beatWatch.stop();
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

/** Why an upgrade is refused; null = it may go on. */
function upgradeRefusal(request: IncomingMessage, connections: number): Refusal | null {
  if (request.url !== COLLECT_PATH) return { status: '404 Not Found', sentence: `The path is ${COLLECT_PATH}.` };
  if (request.headers.origin !== undefined) {
    // Collectors send none; a browser always does.
    return { status: '403 Forbidden', sentence: 'A browser has no business here.' };
  }
  if (!offersProtocol(request.headers['sec-websocket-protocol'])) {
    return { status: '400 Bad Request', sentence: `The subprotocol is ${SUBPROTOCOL}.` };
  }
  if (connections < MAX_CONNECTIONS) return null;
  return { status: '503 Service Unavailable', sentence: 'There are as many collectors as this gateway takes.' };
}

function arrivalOf({ socket, headers }: IncomingMessage): Arrival {
  return { remoteAddress: socket.remoteAddress, encrypted: socket instanceof TLSSocket, headers };
}

function offersProtocol(offered: string | undefined): boolean {
  return (offered ?? '').split(',').some((name) => name.trim() === SUBPROTOCOL);
}

function refuseUpgrade(socket: Duplex, { status, sentence }: Refusal): void {
  const body = `${sentence}\n`;
  const head = [
    `HTTP/1.1 ${status}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    // RFC 9110, 15.5.22: 426 names what to speak.
    ...(status.startsWith('426') ? ['Upgrade: TLS/1.2'] : []),
  ];
  socket.on('error', () => {});
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), CLOSE_MILLISECONDS).unref();
}

function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function answerText(response: ServerResponse, { status, sentence }: Refusal): void {
  response.writeHead(Number.parseInt(status, 10), { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${sentence}\n`);
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
