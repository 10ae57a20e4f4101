import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { HELLO_DEADLINE_MILLISECONDS } from '../v1/limits.ts';

/**
 * A TLS connection to the one server whose certificate has this sha256, whoever signed it. `done` gets it only after that
 * has been seen, so that nothing is sent to another one.
 */
export function connectPinned(url: URL, pin: string, done: (error: Error | null, socket: TLSSocket) => void): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = connect({
    ...{ host, port: url.port === '' ? 443 : Number(url.port), ALPNProtocols: ['http/1.1'] },
    ...(isIP(host) === 0 ? { servername: host } : {}),
    // The pin says more than a chain would.
    rejectUnauthorized: false,
  });
  let settled = false;
  const settle = (error: Error | null) => {
    if (settled) return;
    settled = true;
    socket.setTimeout(0);
    if (error !== null) socket.destroy();
    done(error, socket);
  };
  socket.setTimeout(HELLO_DEADLINE_MILLISECONDS, () => settle(new Error('TLS was not agreed on in time')));
  socket.once('error', settle);
  socket.once('close', () => settle(new Error('the connection was closed before TLS was agreed on')));
  socket.once('secureConnect', () => {
    const { raw } = socket.getPeerCertificate();
    const seen = raw === undefined ? null : createHash('sha256').update(raw).digest();
    if (seen !== null && timingSafeEqual(seen, Buffer.from(pin, 'hex'))) settle(null);
    else settle(new Error(`its certificate is not the pinned one but ${seen?.toString('hex') ?? 'none'}`));
  });
}
