import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SentenceError } from './sentence-error.mjs';

export const HELP = `npm start -- [options]

  --data FOLDER         where Silt keeps its data (default ./.silt)
  --port PORT           of the browser's address (default 4300)
  --gateway-port PORT   of the collectors' address (default 4301)
  --host ADDRESS        that both listen on (default 127.0.0.1: this machine only)
  --beat SECONDS        between two snapshots of a host (default 10)
  --demo                adds a simulated fleet: 40 hosts with 90 days of history
  --help                shows this

DATABASE_URL, when set, is used in place of the embedded Postgres. Its user must own the database and may create roles.
`;

const DEFAULTS = { data: '.silt', port: '4300', 'gateway-port': '4301', host: '127.0.0.1', beat: '10' };
const MAX_PORT = 65_535;
const MAX_BEAT_SECONDS = 3_600;

/**
 * @returns {{ dataFolder: string, port: number, gatewayPort: number, host: string, beatSeconds: number,
 *   demo: boolean, help: boolean, databaseUrl: string | null }}
 */
export function parseOptions(args, environment) {
  const values = { ...DEFAULTS, ...parse(args) };
  const port = wholeNumber('--port', values.port, MAX_PORT);
  const gatewayPort = wholeNumber('--gateway-port', values['gateway-port'], MAX_PORT);
  if (port === gatewayPort) throw new SentenceError('--port and --gateway-port must differ.');
  return {
    dataFolder: resolve(values.data),
    port,
    gatewayPort,
    host: values.host,
    beatSeconds: wholeNumber('--beat', values.beat, MAX_BEAT_SECONDS),
    demo: values.demo ?? false,
    help: values.help ?? false,
    databaseUrl: environment.DATABASE_URL ? checkedDatabaseUrl(environment.DATABASE_URL) : null,
  };
}

function parse(args) {
  const text = { type: 'string' };
  const flag = { type: 'boolean' };
  try {
    return parseArgs({
      args,
      options: { data: text, port: text, 'gateway-port': text, host: text, beat: text, demo: flag, help: flag },
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
