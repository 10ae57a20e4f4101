import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@silt/runtime';
import type { Ingest } from '@silt/services';
import { COLLECT_PATH, SUBPROTOCOL } from '@silt/wire';
import { type ClientOptions, WebSocket } from 'ws';
import { type Gateway, type GatewayOptions, startGateway } from '../src/gateway-server.ts';

process.env.LOG_LEVEL = 'silent';
export const logger = createLogger('test');
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

export const tlsFile = (name: string): string => fileURLToPath(new URL(`fixtures/tls/${name}`, import.meta.url));
export const TLS = { certFile: tlsFile('self-signed.crt'), keyFile: tlsFile('self-signed.key') };

/** Of self-signed.crt: `openssl x509 -fingerprint -sha256`; and of its key, as curl(1) says for --pinnedpubkey. */
export const PIN = '316634ea0263b3573a19005a5d9ba47b743886ef269c6c8e4f20f5e517317767';
export const KEY_PIN = 'HcLHdG/mmtNgGOQeSQt7XfK8HkOHICrLjJOFzF3Wzoc=';

/** A gateway that takes connections as far as the challenge: it has no database behind it. */
export function startListening(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const ingest = {
    check: async () => {},
    close: async () => {},
    isFull: () => false,
    keysNoLongerGood: async () => [],
  } as unknown as Ingest;
  return startGateway({
    ...{ host: '127.0.0.1', port: 0, ingest, logger },
    beats: { fastBeatSeconds: 10, slowBeatSeconds: 300 },
    ...options,
  });
}

/** What a collector hears first: 'challenge', or the status and sentence of the refusal, or the error's code. */
export function firstWord(url: string, options: ClientOptions = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${url}${COLLECT_PATH}`, SUBPROTOCOL, { handshakeTimeout: 5_000, ...options });
    socket.once('unexpected-response', async (_, response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve(`${response.statusCode} ${text.trim()}`);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('message', (data) => {
      resolve(JSON.parse(String(data)).type);
      socket.terminate();
    });
  });
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Sends the path as it stands, `..` and all. */
export function ask(url: string, path: string, options: { method?: string; headers?: object } = {}): Promise<Answer> {
  const { hostname, port, protocol } = new URL(url);
  const request = protocol === 'https:' ? httpsRequest : httpRequest;
  const { method = 'GET', headers = {} } = options;
  return new Promise((resolve, reject) => {
    request(
      { hostname, port, path, method, headers: { ...headers }, rejectUnauthorized: false, agent: false },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const body = Buffer.concat(chunks).toString('latin1');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      },
    )
      .on('error', reject)
      .end();
  });
}
