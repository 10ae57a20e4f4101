import { isIPv4 } from 'node:net';

/** What a user set is wrong; the message is one sentence that says what to do. */
export class ClientSettingsError extends Error {
  override name = 'ClientSettingsError';
}

/**
 * The gateway's address. Plain `ws://` can be read and changed by all, so it is taken to this very host only.
 * Throws ClientSettingsError.
 */
export function checkServerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['ws:', 'wss:'].includes(url.protocol)) {
    throw new ClientSettingsError(`The server address "${text}" is not one; it looks like wss://silt.example/collect.`);
  }
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new ClientSettingsError('The server address must hold no user, password or fragment.');
  }
  if (url.protocol === 'ws:' && !isLoopback(url.hostname)) {
    throw new ClientSettingsError(
      `Plain ws:// to ${url.hostname} would go unencrypted; use wss://, or a loopback address.`,
    );
  }
  return url;
}

/**
 * A certificate's sha256 as 64 small hex digits; it may come with colons, as openssl prints it. null = none is pinned.
 * Throws ClientSettingsError, for a plain address too: nothing would be checked there.
 */
export function checkPin(pin: string | null, url: URL): string | null {
  if (pin === null) return null;
  const digits = pin.replaceAll(':', '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digits)) {
    throw new ClientSettingsError('The pin of the server must be the sha256 of its certificate, 64 hex digits.');
  }
  if (url.protocol !== 'wss:') throw new ClientSettingsError('A pin needs an address that begins with wss://.');
  return digits;
}

/** 127.0.0.0/8, ::1 and localhost; `hostname` as URL gives it, lower case and with brackets around IPv6. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}
