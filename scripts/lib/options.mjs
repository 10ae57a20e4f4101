import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SentenceError } from './sentence-error.mjs';

/** All that `npm start` itself reads of the environment. */
export const ENVIRONMENT = {
  DATABASE_URL: 'a Postgres to use in place of the embedded one; its user owns the database and may create roles',
  LOG_LEVEL: 'of all programs: debug, info (default), warn, error',
};

const LOOPBACK = /^(127\.[\d.]+|localhost|::1|\[::1\])$/;
const ANY_ADDRESS = new Set(['0.0.0.0', '::']);
/** What a shell, YAML and a Dockerfile all take as it is; hosts are handed it in such files. */
const COLLECTOR_URL = /^wss?:\/\/([\w.-]+|\[[\da-fA-F:.]+\])(:\d{1,5})?(\/[\w.~-]+)*\/collect$/;

export const isLoopback = (address) => LOOPBACK.test(address);
/** An address of this machine on which what listens on `host` is reached. */
export const reachable = (host) => (ANY_ADDRESS.has(host) ? '127.0.0.1' : host);
/** As a URL has it: IPv6 in brackets. */
export const inUrl = (address) => (address.includes(':') ? `[${address}]` : address);

export const HELP = `npm start -- [options]

  --data FOLDER         where Silt keeps its data (default ./.silt)
  --port PORT           of the browser's address (default 4300)
  --gateway-port PORT   of the collectors' address (default 4301)
  --host ADDRESS        that both listen on (default 127.0.0.1: this machine only); others take TLS or a proxy
  --public-url URL      what people type, https://silt.example[:port] (default http://localhost:PORT)
  --tls-cert FILE       own TLS on both addresses: the certificate with its chain, PEM
  --tls-key FILE        and its key
  --trust-proxy LIST    addresses or networks of proxies that end TLS before this: 10.0.0.5,10.1.0.0/16
  --collector-url URL   what hosts connect to (default wss://…/collect, made of the public URL)
  --beat SECONDS        between two snapshots of a host (default 10)
  --demo                adds a simulated fleet: 40 hosts with 90 days of history
  --no-collector        starts no collector for this machine
  --prebuilt            neither installs nor builds: for an image that did
  --help                shows this

Environment:
${Object.entries(ENVIRONMENT)
  .map(([name, meaning]) => `  ${name.padEnd(21)} ${meaning}`)
  .join('\n')}
`;

const DEFAULTS = { data: '.silt', port: '4300', 'gateway-port': '4301', host: '127.0.0.1', beat: '10' };
const MAX_PORT = 65_535;
const MAX_BEAT_SECONDS = 3_600;

/**
 * @returns {{ dataFolder: string, port: number, gatewayPort: number, host: string, beatSeconds: number,
 *   demo: boolean, collector: boolean, prebuilt: boolean, help: boolean, databaseUrl: string | null,
 *   publicUrl: string, collectorUrl: string, tls: { certFile: string, keyFile: string } | null,
 *   trustedProxies: string[] }} `publicUrl` is an origin
 */
export function parseOptions(args, environment) {
  const values = { ...DEFAULTS, ...parse(args) };
  const port = wholeNumber('--port', values.port, MAX_PORT);
  const gatewayPort = wholeNumber('--gateway-port', values['gateway-port'], MAX_PORT);
  if (port === gatewayPort) throw new SentenceError('--port and --gateway-port must differ.');
  return {
    ...addresses(values, { port, gatewayPort }),
    dataFolder: resolve(values.data),
    port,
    gatewayPort,
    host: values.host,
    beatSeconds: wholeNumber('--beat', values.beat, MAX_BEAT_SECONDS),
    demo: values.demo ?? false,
    collector: !values['no-collector'],
    prebuilt: values.prebuilt ?? false,
    help: values.help ?? false,
    databaseUrl: environment.DATABASE_URL ? checkedDatabaseUrl(environment.DATABASE_URL) : null,
  };
}

/** Who is told which address, and what keeps it from being read on the way. */
function addresses(values, { port, gatewayPort }) {
  const tls = tlsFiles(values);
  const trustedProxies = values['trust-proxy'] === undefined ? [] : networks(values['trust-proxy']);
  const encrypted = tls !== null || trustedProxies.length > 0;
  if (!isLoopback(values.host) && !encrypted) {
    throw new SentenceError(
      `--host ${values.host} would send passwords and tokens unencrypted; give --tls-cert and --tls-key, or ` +
        '--trust-proxy ADDRESS of a proxy that ends TLS before Silt.',
    );
  }
  const publicUrl = publicOrigin(values, { tls, trustedProxies, port });
  return {
    tls,
    trustedProxies,
    publicUrl,
    collectorUrl: collectorAddress(values['collector-url'], { tls, encrypted, publicUrl, gatewayPort }),
  };
}

function tlsFiles({ 'tls-cert': certFile, 'tls-key': keyFile }) {
  if (certFile === undefined && keyFile === undefined) return null;
  if (certFile === undefined) throw new SentenceError('--tls-key needs --tls-cert, the file of its certificate.');
  if (keyFile === undefined) throw new SentenceError('--tls-cert needs --tls-key, the file of its key.');
  return { certFile: resolve(certFile), keyFile: resolve(keyFile) };
}

function networks(list) {
  return list.split(',').map((part) => {
    const [, address = '', bits] = /^\s*([^/\s]+)(?:\/(\d{1,3}))?\s*$/.exec(part) ?? [];
    const family = isIP(address);
    if (family !== 0 && Number(bits ?? 0) <= (family === 6 ? 128 : 32)) return part.trim();
    throw new SentenceError(`--trust-proxy: "${part}" is no address or network; it looks like 10.0.0.5 or 10.0.0.0/8.`);
  });
}

function publicOrigin({ 'public-url': text, host }, { tls, trustedProxies, port }) {
  if (text === undefined) {
    const name = isLoopback(host) || ANY_ADDRESS.has(host) ? 'localhost' : inUrl(host);
    return new URL(`${tls ? 'https' : 'http'}://${name}:${port}`).origin;
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw new SentenceError(`--public-url must look like https://silt.example; it is "${text}".`);
  }
  if (url.protocol === 'https:') {
    if (tls === null && trustedProxies.length === 0) {
      throw new SentenceError(
        '--public-url with https needs --tls-cert and --tls-key, or --trust-proxy ADDRESS of the proxy that ends TLS.',
      );
    }
  } else if (tls !== null) {
    throw new SentenceError(`With --tls-cert the address is ${text.replace(/^http:/, 'https:')}; set --public-url so.`);
  } else if (!isLoopback(url.hostname)) {
    throw new SentenceError(
      `--public-url ${text} would send passwords unencrypted; it must begin with https:// (--tls-cert or --trust-proxy).`,
    );
  }
  return url.origin;
}

function collectorAddress(given, { tls, encrypted, publicUrl, gatewayPort }) {
  const { hostname, host, protocol } = new URL(publicUrl);
  if (given === undefined) {
    if (tls) return `${new URL(`wss://${hostname}:${gatewayPort}`).origin}/collect`;
    return protocol === 'https:' ? `wss://${host}/collect` : `ws://127.0.0.1:${gatewayPort}/collect`;
  }
  const url = COLLECTOR_URL.test(given) && URL.canParse(given) ? new URL(given) : null;
  if (url === null) {
    throw new SentenceError(`--collector-url must look like wss://silt.example/collect; it is "${given}".`);
  }
  if (url.protocol === 'ws:' && (tls || !isLoopback(url.hostname))) {
    throw new SentenceError(`--collector-url ${given} is not encrypted; it must begin with wss://.`);
  }
  if (url.protocol === 'wss:' && !encrypted) {
    throw new SentenceError(
      '--collector-url with wss needs --tls-cert and --tls-key, or --trust-proxy ADDRESS of the proxy that ends TLS.',
    );
  }
  return url.href;
}

function parse(args) {
  const text = { type: 'string' };
  const flag = { type: 'boolean' };
  try {
    return parseArgs({
      args,
      options: {
        data: text,
        port: text,
        'gateway-port': text,
        host: text,
        beat: text,
        'public-url': text,
        'tls-cert': text,
        'tls-key': text,
        'trust-proxy': text,
        'collector-url': text,
        demo: flag,
        'no-collector': flag,
        prebuilt: flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw new SentenceError(`${error.message.split('. ')[0]}. See npm start -- --help.`);
  }
}

function wholeNumber(name, text, maximum) {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= maximum) return number;
  throw new SentenceError(`${name} must be a whole number from 1 to ${maximum}; it is "${text}".`);
}

function checkedDatabaseUrl(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^postgres(ql)?:$/.test(url.protocol) && url.pathname.length > 1) return text;
  throw new SentenceError('DATABASE_URL must look like postgresql://user:password@host:5432/database.');
}
