import {
  type CollectOptions,
  collect,
  collectItems,
  DEFAULT_ROOTS,
  newCollectMemory,
  readHostFacts,
} from '@silt/probes';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { MAX_BEAT_MILLISECONDS, MIN_BEAT_MILLISECONDS } from './beat-schedule.ts';
import { CollectorError, EXIT_SETTINGS, exitCodeOf } from './collector-error.ts';
import { localeOfProcess } from './doctor/doctor-language.ts';
import type { DoctorFlags } from './doctor/run-doctor.ts';
import { sayingThatItReads } from './doctor/saying-that-it-reads.ts';
import { endWithHangingCalls } from './end-with-hanging-calls.ts';
import { enrolNow } from './enrolment.ts';
import { readIdentity } from './identity.ts';
import { paintFor } from './once/paint.ts';
import { run } from './run.ts';
import { DEFAULT_STATE, readSettings, readToken, serverOf } from './settings.ts';
import { statusText } from './status.ts';
import { VERSION } from './version.ts';

const HELP = `
Examples:
  silt-collector doctor                   what is wrong with this host's storage, and the commands that help
  silt-collector once                     this host's storage as a tree, from the disks to the containers
  silt-collector once --json              the same as one JSON object
  silt-collector enrol --url wss://silt.example/collect --token-file ./token
                                          make a key for this host and register it at the server, once
  silt-collector run                      push snapshots to that server
  silt-collector status                   what this host is enrolled as, and what waits to be sent

It only reads, needs no privilege, and says what it could not read and why.
Exit codes: 0 ended in order, 1 failed, 2 wrong use or settings, 3 refused by the server; doctor has more.`;

const DOCTOR_HELP = `
Examples:
  silt-collector doctor                          findings with what to do, the worst first
  silt-collector doctor --rule inodes-low        one rule alone, all that it finds in full
  silt-collector doctor --explain                the rules; with the id of one, what it is about and stands on
  silt-collector doctor --json | jq '.findings[] | [.severity, .title]'

It changes nothing, keeps nothing and sends nothing. Without root it tells what it can, and which rules root adds.
Exit codes: 0 nothing found, 10 notices at the most, 11 warnings, 12 something critical; 1 failed, 2 wrong use.`;

const RUN_HELP = `
A host that is not enrolled yet is enrolled first, if there is a token; from then on neither token, address nor pin is
needed: they are in the state folder, with the key and the snapshots that are not acknowledged.

Environment, where the option is not given: SILT_GATEWAY_URL (--url), SILT_STATE (--state), SILT_SERVER_PIN (--pin),
SILT_ENROLMENT_TOKEN_FILE (--enrolment-token-file), SILT_ENROLMENT_TOKEN (the token itself).
LOG_LEVEL is trace, debug, info (the default), warn, error or silent; the log is JSON lines on stderr.`;

interface ProbeFlags {
  hostRoot: string;
  dockerSocket: string[];
  dockerSizes: boolean;
}

interface StateFlags {
  state?: string;
}

interface EnrolFlags extends StateFlags {
  url?: string;
  pin?: string;
  tokenFile?: string;
  hostRoot: string;
}

interface RunFlags extends ProbeFlags, StateFlags {
  url?: string;
  pin?: string;
  enrolmentTokenFile?: string;
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

withProbeOptions(program.command('doctor'))
  .description('read this host once without any server, and say what is wrong and what to do')
  .option('--json', 'print it as one JSON object', false)
  .option('--rule <id...>', 'ask these rules alone', [])
  .option('--lang <language>', 'en or zh-CN (default: by LC_ALL, LC_MESSAGES, LANG)')
  .option('--explain [id]', 'say what a rule is about instead, or list them all')
  .option('--docker-sizes', 'have Docker tell what containers and volumes occupy: it walks their layers', false)
  .addHelpText('after', DOCTOR_HELP)
  .action(doctor);

withHostRoot(withServerOptions(program.command('enrol')))
  .description('make a key for this host and register it at a server, by a token that the server made')
  .option('--token-file <file>', 'file that holds the one-time token')
  .action(enrolHost);

withServerOptions(withProbeOptions(program.command('run')))
  .description('connect to a server and push a snapshot at every beat, until SIGTERM or SIGINT')
  .option('--enrolment-token-file <file>', 'file that holds the one-time token, for a host that is not enrolled yet')
  .option('--beat <seconds>', 'seconds between snapshots (default: what the server says)', parseBeat)
  .option('--no-docker-sizes', 'never have Docker walk its layers for sizes, which is hourly otherwise')
  .addHelpText('after', RUN_HELP)
  .action(push);

withState(program.command('status'))
  .description('say what this host is enrolled as, and what waits to be sent')
  .action(status);

function withState(command: Command): Command {
  return command
    .option('--state <folder>', `folder of the key and the spool (default: ${DEFAULT_STATE})`)
    .exitOverride();
}

function withServerOptions(command: Command): Command {
  return withState(command)
    .option('--url <url>', 'address of the server: wss://…/collect, or ws:// on loopback')
    .option('--pin <hex>', "sha256 of the server's certificate, when no authority signed it");
}

function withHostRoot(command: Command): Command {
  return command.option('--host-root <folder>', "where the host's / is mounted, for a collector in a container", '/');
}

function withProbeOptions(command: Command): Command {
  return withHostRoot(command)
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
  const { inventory, snapshot, run: items, sums } = await collectItems(options, (await collect(options)).layout);
  // Only a host without a machine id has none, and nothing here needs it.
  const facts = await readHostFacts(options.roots, null).catch(() => null);
  const text = flags.json
    ? JSON.stringify({ facts, ...snapshot, inventory, items: { ...items, sums } }, null, 2)
    : (await import('./once/format-once.ts')).formatOnce({ facts, snapshot, inventory }, paintFor(process.stdout));
  await new Promise((resolve) => process.stdout.write(`${text}\n`, resolve));
  endWithHangingCalls(options.memory);
}

async function doctor(flags: ProbeFlags & DoctorFlags): Promise<void> {
  const options = collectOptions(flags);
  const look = async () => {
    const { inventory, snapshot } = await collectItems(options, (await collect(options)).layout);
    return { facts: await readHostFacts(options.roots, null).catch(() => null), snapshot, inventory };
  };
  const { stdout, argv } = process;
  const isRoot = process.geteuid?.() === 0;
  // The rules are loaded for doctor alone, not into a collector that runs for months; build.mjs packs them.
  const { runDoctor } = await import('./doctor/run-doctor.ts');
  const doctorProcess = { stdout, argv, isRoot, locale: localeOfProcess() };
  const { text, exitCode } = await runDoctor(flags, doctorProcess, () => sayingThatItReads(process.stderr, look()));
  // Somebody who reads the beginning alone, `| head`, is no failure.
  stdout.on('error', () => {});
  await new Promise((resolve) => stdout.write(`${text}\n`, resolve));
  process.exitCode = exitCode;
  endWithHangingCalls(options.memory);
}

async function enrolHost(flags: EnrolFlags): Promise<void> {
  const settings = readSettings(flags);
  const token = await readToken(flags.tokenFile, settings.environment);
  if (token === null) {
    throw new CollectorError('Say where the token is: --token-file or SILT_ENROLMENT_TOKEN_FILE.', EXIT_SETTINGS);
  }
  const { stateFolder } = settings;
  const facts = await readHostFacts({ ...DEFAULT_ROOTS, hostRoot: flags.hostRoot }, stateFolder);
  const { hostId } = await enrolNow({ stateFolder, ...serverOf(settings), token, version: VERSION, facts });
  process.stdout.write(`Enrolled as host ${hostId}.\n`);
}

async function push(flags: RunFlags): Promise<void> {
  const settings = readSettings(flags);
  const { stateFolder, environment } = settings;
  const identity = await readIdentity(stateFolder);
  const token = identity === null ? await readToken(flags.enrolmentTokenFile, environment) : null;
  if (identity === null && token === null) {
    const text = 'This host is not enrolled: use silt-collector enrol, or name the token with --enrolment-token-file.';
    throw new CollectorError(text, EXIT_SETTINGS);
  }
  const url = settings.url ?? identity?.url;
  // The pin is of one server's certificate: another address is another server.
  const known = url === identity?.url ? (identity?.pin ?? null) : null;
  const server = serverOf({ url, pin: settings.pin ?? known });
  const collecting = collectOptions(flags);
  const facts = await readHostFacts(collecting.roots, stateFolder);
  const rest = { version: VERSION, facts, collect: collecting, beatMilliseconds: flags.beat ?? null };
  await run({ stateFolder, identity, ...server, token, ...rest });
}

async function status(flags: StateFlags): Promise<void> {
  const text = await statusText(readSettings(flags).stateFolder, Date.now());
  await new Promise((resolve) => process.stdout.write(`${text}\n`, resolve));
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : EXIT_SETTINGS);
  process.stderr.write(`silt-collector: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(exitCodeOf(error));
}
