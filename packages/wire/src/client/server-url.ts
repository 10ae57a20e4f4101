import { isIPv4 } from 'node:net';

/** What a user set is wrong; the message is one sentence that says what to do. */
export class ClientSettingsError extends Error {
  override name = 'ClientSettingsError';
}

/**
 * The gateway's address. Plain `ws://` carries the token readable for all, so it is taken to this very host only.
 * Throws ClientSettingsError.
 */
export function checkServerUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['ws:', 'wss:'].includes(url.protocol)) {
    throw new ClientSettingsError(`The server address "${text}" is not one; it looks like wss://silt.example/collect.`);
  }
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new ClientSettingsError(
      'The server address must hold no user, password or fragment; the token has its own file.',
    );
  }
  if (url.protocol === 'ws:' && !isLoopback(url.hostname)) {
    throw new ClientSettingsError(
      `Plain ws:// to ${url.hostname} would send the token unencrypted; use wss://, or a loopback address.`,
    );
  }
  return url;
}

/** 127.0.0.0/8, ::1 and localhost; `hostname` as URL gives it, lower case and with brackets around IPv6. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}
