import { parseArgs } from 'node:util';
import { createLogger, EXIT_CONFIGURATION, failStart, onShutdown } from '@silt/runtime';
import { databaseSentence } from '@silt/services';
import { ClientSettingsError } from '@silt/wire/client';
import { loadEnvironment, pushEnvironment } from './env.ts';
import { load } from './load.ts';
import { push } from './push.ts';
import { readTokensFile } from './tokens-file.ts';

const HELP = `demo load --tokens-file <file>
    Registers a simulated fleet of 40 hosts and fills its history of 90 days up to now. Safe to repeat.
    SILT_INGEST_DATABASE_URL and SILT_ORGANISATION_ID say where; the tokens of the hosts are kept in the file.

demo push --tokens-file <file> [--url ws://127.0.0.1:4301/collect]
    Pushes the fleet live, until SIGTERM or SIGINT. Without --url the gateway is that of SILT_GATEWAY_URL.`;

const SHUTDOWN_DEADLINE_MILLISECONDS = 3_000;

const { command, tokensFile, url } = parse();
if (command === 'load') await runLoad(tokensFile);
else await runPush(tokensFile, url);

function parse(): { command: string; tokensFile: string; url: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      options: { 'tokens-file': { type: 'string' }, url: { type: 'string' }, help: { type: 'boolean' } },
      allowPositionals: true,
    });
    if (values.help) {
      process.stdout.write(`${HELP}\n`);
      process.exit(0);
    }
    const [command = '', ...more] = positionals;
    if (!['load', 'push'].includes(command) || more.length > 0) failStart([HELP], EXIT_CONFIGURATION);
    if (values['tokens-file'] === undefined) {
      failStart(['Say where the tokens of the simulated hosts are: --tokens-file.'], EXIT_CONFIGURATION);
    }
    return { command, tokensFile: values['tokens-file'], url: values.url };
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

async function runPush(file: string, urlOption: string | undefined): Promise<void> {
  const url = urlOption ?? pushEnvironment().SILT_GATEWAY_URL;
  if (url === undefined) failStart(['Say where the gateway is: --url or SILT_GATEWAY_URL.'], EXIT_CONFIGURATION);
  const log = createLogger('demo');
  try {
    const tokens = await readTokensFile(file);
    if (tokens === null) failStart([`${file} holds no tokens of simulated hosts; run demo load first.`]);
    const pushing = push({ url, tokens, log });
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
