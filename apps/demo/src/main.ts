import { parseArgs } from 'node:util';
import { createLogger, EXIT_CONFIGURATION, failStart, onShutdown } from '@silt/runtime';
import { databaseSentence } from '@silt/services';
import { ClientSettingsError } from '@silt/wire/client';
import { loadEnvironment, pushEnvironment } from './env.ts';
import { readKeysFile } from './keys-file.ts';
import { load } from './load.ts';
import { push } from './push.ts';

const HELP = `demo load --keys-file <file>
    Registers a simulated fleet of 40 hosts and fills its history of a year up to now. Safe to repeat.
    SILT_INGEST_DATABASE_URL and SILT_ORGANISATION_ID say where; the keys of the hosts are kept in the file.

demo push --keys-file <file> [--url ws://127.0.0.1:4301/collect] [--pin <sha256>]
    Pushes the fleet live, until SIGTERM or SIGINT. Without --url the gateway is that of SILT_GATEWAY_URL.`;

const SHUTDOWN_DEADLINE_MILLISECONDS = 3_000;

const { command, keysFile, url, pin } = parse();
if (command === 'load') await runLoad(keysFile);
else await runPush(keysFile, url, pin);

function parse(): { command: string; keysFile: string; url: string | undefined; pin: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      options: {
        ...{ 'keys-file': { type: 'string' }, url: { type: 'string' }, pin: { type: 'string' } },
        help: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    if (values.help) {
      process.stdout.write(`${HELP}\n`);
      process.exit(0);
    }
    const [command = '', ...more] = positionals;
    if (!['load', 'push'].includes(command) || more.length > 0) failStart([HELP], EXIT_CONFIGURATION);
    if (values['keys-file'] === undefined) {
      failStart(['Say where the keys of the simulated hosts are: --keys-file.'], EXIT_CONFIGURATION);
    }
    return { command, keysFile: values['keys-file'], url: values.url, pin: values.pin };
  } catch (error) {
    failStart([error instanceof Error ? error.message : String(error)], EXIT_CONFIGURATION);
  }
}

async function runLoad(file: string): Promise<void> {
  const environment = loadEnvironment();
  try {
    await load(environment, file, (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    const sentence = databaseSentence(error, environment.SILT_INGEST_DATABASE_URL) ?? fileSentence(error);
    failStart([sentence ?? `The load failed: ${error instanceof Error ? error.stack : String(error)}`]);
  }
}

async function runPush(file: string, urlOption: string | undefined, pin: string | undefined): Promise<void> {
  const url = urlOption ?? pushEnvironment().SILT_GATEWAY_URL;
  if (url === undefined) failStart(['Say where the gateway is: --url or SILT_GATEWAY_URL.'], EXIT_CONFIGURATION);
  const log = createLogger('demo');
  try {
    const keys = await readKeysFile(file);
    if (keys === null) failStart([`${file} holds no keys of simulated hosts; run demo load first.`]);
    const pushing = push({ url, pin, keys, log });
    onShutdown(() => pushing.stop(), { deadlineMilliseconds: SHUTDOWN_DEADLINE_MILLISECONDS });
    process.send?.({ type: 'ready' });
    const reason = await pushing.refused;
    failStart([`The server refused every simulated host. ${reason}`]);
  } catch (error) {
    if (error instanceof ClientSettingsError) failStart([error.message], EXIT_CONFIGURATION);
    failStart([fileSentence(error) ?? `The push failed: ${error instanceof Error ? error.stack : String(error)}`]);
  }
}

function fileSentence(error: unknown): string | null {
  if (!(error instanceof Error && 'path' in error && 'code' in error)) return null;
  return `${String(error.path)} cannot be read or written (${String(error.code)}); check its folder and rights.`;
}
