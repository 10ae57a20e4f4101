import {
  type CollectOptions,
  collect,
  collectInventory,
  DEFAULT_ROOTS,
  newCollectMemory,
  readHostFacts,
} from '@silt/probes';
import { readEnvironment } from '@silt/runtime';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { MAX_BEAT_MILLISECONDS, MIN_BEAT_MILLISECONDS } from './beat-schedule.ts';
import { CollectorError, EXIT_FAILURE, EXIT_SETTINGS } from './collector-error.ts';
import { endWithHangingCalls } from './end-with-hanging-calls.ts';
import { environmentSchema } from './env.ts';
import { formatOnce } from './once/format-once.ts';
import { paintFor } from './once/paint.ts';
import { run } from './run.ts';
import { readTokenFile } from './token-file.ts';
import { VERSION } from './version.ts';

const HELP = `
Examples:
  silt-collector once                     this host's storage as a tree, from the disks to the containers
  silt-collector once --json              the same as one JSON object
  silt-collector run --url wss://silt.example/collect --token-file /etc/silt/token
  silt-collector run --url ws://127.0.0.1:4301/collect --token-file ./token --beat 10

It only reads, needs no privilege, and says what it could not read and why.
Exit codes: 0 ended in order, 1 failed, 2 wrong use or settings, 3 refused by the server.`;

const RUN_HELP = `
Environment, where the option is not given: SILT_GATEWAY_URL (--url), SILT_COLLECTOR_TOKEN_FILE (--token-file).
LOG_LEVEL is trace, debug, info (the default), warn, error or silent; the log is JSON lines on stderr.`;

interface ProbeFlags {
  hostRoot: string;
  dockerSocket: string[];
  dockerSizes: boolean;
}

interface RunFlags extends ProbeFlags {
  url?: string;
  tokenFile?: string;
  state?: string;
  /** Milliseconds. */
  beat?: number;
}

const program = new Command('silt-collector')
  .description("Reads this host's storage and pushes snapshots of it to a Silt server.")
  .version(VERSION)
  .addHelpText('after', HELP)
  .exitOverride();

withProbeOptions(program.command('once'))
  .description('read everything once without any server, and print it')
  .option('--json', 'print it as one JSON object', false)
  .option('--docker-sizes', 'have Docker tell what containers and volumes occupy: it walks their layers', false)
  .action(once);

withProbeOptions(program.command('run'))
  .description('connect to a server and push a snapshot at every beat, until SIGTERM or SIGINT')
  .option('--url <url>', 'address of the server: wss://…/collect, or ws:// on loopback')
  .option('--token-file <file>', 'file that holds the token the server made for this host')
  .option('--state <folder>', 'folder for a machine id, for hosts that have none of their own')
  .option('--beat <seconds>', 'seconds between snapshots (default: what the server says)', parseBeat)
  .option('--no-docker-sizes', 'never have Docker walk its layers for sizes, which is hourly otherwise')
  .addHelpText('after', RUN_HELP)
  .action(push);

function withProbeOptions(command: Command): Command {
  return command
    .option('--host-root <folder>', "where the host's / is mounted, for a collector in a container", '/')
    .option('--docker-socket <path...>', 'sockets of Docker daemons besides /var/run/docker.sock', [])
    .exitOverride();
}

function parseBeat(text: string): number {
  const milliseconds = Math.round(Number(text) * 1_000);
  if (/^\d+(\.\d+)?$/.test(text) && milliseconds >= MIN_BEAT_MILLISECONDS && milliseconds <= MAX_BEAT_MILLISECONDS) {
    return milliseconds;
  }
  const [least, most] = [MIN_BEAT_MILLISECONDS / 1_000, MAX_BEAT_MILLISECONDS / 1_000];
  throw new InvalidArgumentError(`It must be a number of seconds from ${least} to ${most}.`);
}

const collectOptions = ({ hostRoot, dockerSocket, dockerSizes }: ProbeFlags): CollectOptions => ({
  roots: { ...DEFAULT_ROOTS, hostRoot },
  dockerSockets: dockerSocket,
  dockerSizes,
  memory: newCollectMemory(),
});

async function once(flags: ProbeFlags & { json: boolean }): Promise<void> {
  const options = collectOptions(flags);
  const inventory = await collectInventory(options, (await collect(options)).layout);
  // Once more, since it now knows the daemons.
  const snapshot = await collect(options);
  // Only a host without a machine id has none, and nothing here needs it.
  const facts = await readHostFacts(options.roots, null).catch(() => null);
  const text = flags.json
    ? JSON.stringify({ facts, ...snapshot, inventory }, null, 2)
    : formatOnce({ facts, snapshot, inventory }, paintFor(process.stdout));
  await new Promise((resolve) => process.stdout.write(`${text}\n`, resolve));
  endWithHangingCalls(options.memory);
}

async function push(flags: RunFlags): Promise<void> {
  const environment = readEnvironment(environmentSchema, process.env);
  const url = flags.url ?? environment.SILT_GATEWAY_URL;
  const tokenFile = flags.tokenFile ?? environment.SILT_COLLECTOR_TOKEN_FILE;
  if (url === undefined) throw new CollectorError('Say where the server is: --url or SILT_GATEWAY_URL.', EXIT_SETTINGS);
  if (tokenFile === undefined) {
    throw new CollectorError('Say where the token is: --token-file or SILT_COLLECTOR_TOKEN_FILE.', EXIT_SETTINGS);
  }
  const token = await readTokenFile(tokenFile);
  const collecting = collectOptions(flags);
  const facts = await readHostFacts(collecting.roots, flags.state ?? null);
  await run({ url, token, version: VERSION, facts, collect: collecting, beatMilliseconds: flags.beat ?? null });
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : EXIT_SETTINGS);
  process.stderr.write(`silt-collector: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof CollectorError ? error.exitCode : EXIT_FAILURE);
}
