import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Logger } from '@silt/runtime';

/** From the first byte of the request to its last header. */
const HEADERS_TIMEOUT_MILLISECONDS = 5_000;
/** How often that is looked at; Node's own half a minute would let a slow handshake live for 35 s. */
const HEADERS_POLL_MILLISECONDS = 1_000;
const TLS_HANDSHAKE_TIMEOUT_MILLISECONDS = 5_000;
const CERTIFICATE_POLL_MILLISECONDS = 2_000;

export interface TlsFiles {
  certFile: string;
  keyFile: string;
}

interface ListenerOptions {
  /** null = plain; who may speak it is decided a request. */
  tls: TlsFiles | null;
  maxConnections: number;
  onRequest: RequestListener;
  logger: Logger;
}

/**
 * The server that collectors reach, not yet listening. A certificate that is renewed is taken without a restart: at the
 * change of a file, or at SIGHUP. Throws the error of reading or of `createSecureContext`.
 */
export function createListener({ tls, maxConnections, onRequest, logger }: ListenerOptions): Server | TlsServer {
  const options = {
    headersTimeout: HEADERS_TIMEOUT_MILLISECONDS,
    connectionsCheckingInterval: HEADERS_POLL_MILLISECONDS,
  };
  const server =
    tls === null
      ? createPlainServer(options, onRequest)
      : createTlsServer(
          { ...options, ...readTlsFiles(tls), handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MILLISECONDS },
          onRequest,
        );
  server.maxConnections = maxConnections;
  if (tls !== null) keepCertificate(server as TlsServer, tls, logger);
  return server;
}

function readTlsFiles({ certFile, keyFile }: TlsFiles): { cert: Buffer; key: Buffer; minVersion: 'TLSv1.2' } {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion: 'TLSv1.2' };
}

/** Half a renewal, a certificate without its key, changes nothing until the other file comes. */
function keepCertificate(server: TlsServer, tls: TlsFiles, logger: Logger): void {
  const takeAgain = () => {
    try {
      const files = readTlsFiles(tls);
      createSecureContext(files);
      server.setSecureContext(files);
      logger.info({ certFile: tls.certFile }, 'the certificate was read again');
    } catch (error) {
      logger.error({ err: error }, 'the certificate cannot be read again; the one before goes on');
    }
  };
  const files = [tls.certFile, tls.keyFile];
  for (const file of files) watchFile(file, { interval: CERTIFICATE_POLL_MILLISECONDS, persistent: false }, takeAgain);
  process.on('SIGHUP', takeAgain);
  server.once('close', () => {
    process.off('SIGHUP', takeAgain);
    for (const file of files) unwatchFile(file, takeAgain);
  });
}
