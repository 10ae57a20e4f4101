import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SentenceError } from './sentence-error.mjs';

/** All that `npm start` itself reads of the environment. */
export const ENVIRONMENT = {
  DATABASE_URL: 'a Postgres to use in place of the embedded one; its user owns the database and may create roles',
  LOG_LEVEL: 'of all programs: debug, info (default), warn, error',
};

export const HELP = `npm start -- [options]

  --data FOLDER         where Silt keeps its data (default ./.silt)
  --port PORT           of the browser's address (default 4300)
  --gateway-port PORT   of the collectors' address (default 4301)
  --host ADDRESS        that both listen on (default 127.0.0.1: this machine only)
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
 *   demo: boolean, collector: boolean, prebuilt: boolean, help: boolean,
 *   databaseUrl: string | null }}
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
    collector: !values['no-collector'],
    prebuilt: values.prebuilt ?? false,
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
      options: {
        data: text,
        port: text,
        'gateway-port': text,
        host: text,
        beat: text,
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
