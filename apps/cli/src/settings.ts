import { API_KEY_PREFIX } from '@silt/domain';
import { CliError, EXIT_REFUSED, wrongUse } from './cli-error.ts';
import { readConfig } from './config.ts';
import type { Terminal } from './terminal.ts';

export interface Server {
  /** Of the pages, `https://silt.example`. */
  url: string;
  key: string;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** The address without what follows its path. Errors: wrong use. */
export function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw wrongUse(`“${text}” is no address of a Silt server, such as https://silt.example.`);
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    throw wrongUse(`A key is not sent in plain text: take https:// for ${url.hostname}.`);
  if (url.username !== '' || url.password !== '') throw wrongUse('Leave name and password out of the address.');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** Errors: wrong use. */
export function parseKey(text: string): string {
  const key = text.trim();
  if (!key.startsWith(API_KEY_PREFIX) || /\s/.test(key))
    throw wrongUse(`That is no API key of Silt: one begins with ${API_KEY_PREFIX}.`);
  return key;
}

/**
 * Where to read, and with which key: of the environment (SILT_URL, SILT_API_KEY), else of the file that `silt login`
 * wrote. The file's key is of the file's server and is sent to no other.
 */
export async function readSettings(terminal: Terminal): Promise<Server> {
  const { SILT_URL, SILT_API_KEY } = terminal.env;
  const named = SILT_URL ? parseUrl(SILT_URL) : null;
  const config = named !== null && SILT_API_KEY ? null : await readConfig(terminal);
  const url = named ?? config?.url;
  if (url === undefined) throw wrongUse('Say where Silt is: silt login --url https://…, or set SILT_URL.');
  if (SILT_API_KEY) return { url, key: parseKey(SILT_API_KEY) };
  if (config === null || config.url !== url)
    throw new CliError(`There is no key for ${url}: silt login --url ${url}, or set SILT_API_KEY.`, EXIT_REFUSED);
  return config;
}
