import {
  FINDING_LISTS,
  FLEET_SORTS,
  GROWER_RANGES,
  HISTORY_RANGES,
  MAX_FINDINGS_OFFSET,
  MAX_FLEET_OFFSET,
  MAX_FLEET_PAGE,
  MAX_GROWERS,
  MAX_LISTED_FINDINGS,
  SERIES_NAMES,
  STATES,
} from '@silt/domain';
import { LANGUAGES, type Language, SEVERITIES } from '@silt/domain/findings';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { errorOf, openApi } from './api-client.ts';
import { CliError, EXIT_FAILED, EXIT_WRONG_USE } from './cli-error.ts';
import type { CommandContext } from './command-context.ts';
import { type DiffFlags, diff } from './commands/diff.ts';
import { type FindingsFlags, findings } from './commands/findings.ts';
import { showFinding } from './commands/findings-show.ts';
import { type FleetFlags, fleet } from './commands/fleet.ts';
import { growers } from './commands/growers.ts';
import { type HistoryFlags, history } from './commands/history.ts';
import { type HostFlags, host } from './commands/host.ts';
import { type InventoryFlags, inventory } from './commands/inventory.ts';
import { login } from './commands/login.ts';
import { parseMoment } from './parse-moment.ts';
import { readSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

const HELP = `
Examples:
  silt login --url https://silt.example         keeps the key that you paste, or that --key-file has
  silt fleet --tag ci                           the hosts of a tag, the soonest to be full first
  silt fleet --sort growth --state warning      the hosts that grow fastest, of those in warning
  silt host ci-01 --at -7d                      its stores a week ago
  silt findings --severity critical             what is wrong, the worst first
  silt findings show ci-01 3                    why a finding matters and what to do, step by step
  silt inventory ci-01 --store /var/lib/docker  what holds the space of a store
  silt history ci-01 /var/lib/docker --range 30d --series unattributedBytes
  silt diff ci-01 --from -1d                    what made the difference since yesterday
  silt growers --range 30d                      the stores of the fleet that grew most

HOST is a name or an id. STORE is a mount point, a name or a key.
A moment (T) is now, -7d, -90m (s, m, h, d, w), 2026-11-20, 2026-11-20T03:00, 2026-11-20T03:00+01:00; without an offset
it is UTC, as all that is printed.

With --json the answer of the server is printed as it came.
Keys are made in Silt under Settings, API keys, and read only. SILT_URL and SILT_API_KEY come before what login kept.
Exit codes: 0 done, 1 failed, 2 wrong use, 3 the key is refused.`;

const DEFAULT_FLEET_LIMIT = 50;
const DEFAULT_ITEM_LIMIT = 100;
const MAX_ITEM_LIMIT = 5_000;
const DEFAULT_CHANGE_LIMIT = 50;
const MAX_CHANGE_LIMIT = 100_000;
const DEFAULT_POINTS = 30;
const MIN_POINTS = 2;
const MAX_POINTS = 2_000;
const DEFAULT_GROWER_LIMIT = 20;
const DEFAULT_FINDING_LIMIT = 50;
/** As the database counts them. */
const MAX_FINDING_NO = 2 ** 31 - 1;

type JsonFlag = { json: boolean };

/** Runs one command line and gives its exit code. Nothing is thrown. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await programOf(terminal).parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_WRONG_USE;
    terminal.err(`silt: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof CliError ? error.exitCode : EXIT_FAILED;
  }
}

function programOf(terminal: Terminal): Command {
  const program = new Command('silt')
    .description('Reads a Silt server: its fleet, what holds the space, what it was and what made the difference.')
    .version(VERSION)
    .addHelpText('after', HELP)
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    // So that an option after `findings show` is that command's own.
    .enablePositionalOptions()
    .exitOverride();
  program
    .command('login')
    .description('keep the address and the API key of a server; the key is read from stdin or a file')
    .requiredOption('--url <url>', 'address of the pages, such as https://silt.example')
    .option('--key-file <file>', 'file that holds the key')
    .action((flags: { url: string; keyFile?: string }) => login(terminal, flags));
  addFleetCommands(program, terminal);
  addFindingCommands(program, terminal);
  addHostCommands(program, terminal);
  return program;
}

function addFleetCommands(program: Command, terminal: Terminal): void {
  program
    .command('fleet')
    .description('hosts, the soonest to be full first')
    .addOption(new Option('--sort <column>', 'what is first').choices(FLEET_SORTS).default('days-left'))
    .option('--reverse', 'the other way round', false)
    .addOption(severalOf(STATES, '--state <state>', 'only hosts in this state'))
    .option('--tag <tag>', 'only hosts with this tag')
    .addOption(new Option('--untagged', 'only hosts without a tag').default(false).conflicts('tag'))
    .option('--text <words>', 'only hosts with these words in name, tags or back ends')
    .option('--limit <n>', 'hosts at most', wholeNumber(1, MAX_FLEET_PAGE), DEFAULT_FLEET_LIMIT)
    .option('--offset <n>', 'hosts that are left out before', wholeNumber(0, MAX_FLEET_OFFSET), 0)
    .addOption(csvOption())
    .option('--json', 'as the server said it', false)
    .action((flags: FleetFlags & JsonFlag) => reading(terminal, flags, (context) => fleet(context, flags)));
  program
    .command('growers')
    .description('stores of the fleet that grew most')
    .addOption(rangeOption(Object.keys(GROWER_RANGES)))
    .option('--limit <n>', 'stores at most', wholeNumber(1, MAX_GROWERS), DEFAULT_GROWER_LIMIT)
    .option('--json', 'as the server said it', false)
    .action((flags: Parameters<typeof growers>[1] & JsonFlag) =>
      reading(terminal, flags, (context) => growers(context, flags)),
    );
}

function addFindingCommands(program: Command, terminal: Terminal): void {
  const language = (): Option => new Option('--lang <language>', 'of what is said').choices(LANGUAGES).default('en');
  const command = program
    .command('findings')
    .description('what is wrong, the worst first')
    .addArgument(new Argument('[host]', 'name or id; of the whole fleet unless given'))
    .addOption(severalOf(SEVERITIES, '--severity <severity>', 'only of this severity'))
    .addOption(new Option('--list <list>', 'which findings').choices(FINDING_LISTS).default('standing'))
    .option('--rule <id>', 'only of this rule')
    .option('--text <words>', 'only with these words in host, tags, rule, subject or store')
    .addOption(language())
    .option('--limit <n>', 'findings at most', wholeNumber(1, MAX_LISTED_FINDINGS), DEFAULT_FINDING_LIMIT)
    .option('--offset <n>', 'findings that are left out before', wholeNumber(0, MAX_FINDINGS_OFFSET), 0)
    .addOption(csvOption())
    .option('--json', 'as the server said it', false)
    .enablePositionalOptions()
    .action((host: string | undefined, flags: FindingsFlags & JsonFlag) =>
      reading(terminal, flags, (context) => findings(context, host, flags)),
    );
  command
    .command('show')
    .description('one of them: what was seen, why it matters, what to do')
    .addArgument(new Argument('<host>', 'name or id'))
    .addArgument(new Argument('<no>', 'number of the finding').argParser(wholeNumber(0, MAX_FINDING_NO)))
    .addOption(language())
    .option('--json', 'as the server said it', false)
    .action((host: string, findingNo: number, flags: { lang: Language } & JsonFlag) =>
      reading(terminal, flags, (context) => showFinding(context, { host, findingNo, lang: flags.lang })),
    );
}

function addHostCommands(program: Command, terminal: Terminal): void {
  const moment = (text: string): Date => parseMoment(text, terminal.now());
  const hostCommand = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .addArgument(new Argument('<host>', 'name or id'))
      .option('--json', 'as the server said it', false);
  hostCommand('host', 'stores of a host, now or at a moment')
    .option('--at <T>', 'the moment', moment)
    .addOption(csvOption())
    .action((name: string, flags: HostFlags & JsonFlag) =>
      reading(terminal, flags, (context) => host(context, name, flags)),
    );
  hostCommand('inventory', 'what holds the space of a host, the largest first')
    .option('--at <T>', 'the moment', moment)
    .option('--store <store>', 'only what lies in this store')
    .option('--limit <n>', 'items at most', wholeNumber(1, MAX_ITEM_LIMIT), DEFAULT_ITEM_LIMIT)
    .action((name: string, flags: InventoryFlags & JsonFlag) =>
      reading(terminal, flags, (context) => inventory(context, name, flags)),
    );
  hostCommand('history', "a store's series over time")
    .addArgument(new Argument('<store>', 'mount point, name or key'))
    .addOption(rangeOption(Object.keys(HISTORY_RANGES)))
    .addOption(new Option('--series <name>', 'default: what its items are the sum of').choices(SERIES_NAMES))
    .option('--points <n>', 'lines at most', wholeNumber(MIN_POINTS, MAX_POINTS), DEFAULT_POINTS)
    .option('--at <T>', 'end of the range', moment)
    .action((name: string, store: string, flags: HistoryFlags & JsonFlag) =>
      reading(terminal, flags, (context) => history(context, name, store, flags)),
    );
  hostCommand('diff', 'what made the difference between two moments')
    .requiredOption('--from <T>', 'the earlier moment', moment)
    .option('--to <T>', 'the later one (default: now)', moment)
    .option('--store <store>', 'only this store')
    .option('--limit <n>', 'changes at most, of each store', wholeNumber(1, MAX_CHANGE_LIMIT), DEFAULT_CHANGE_LIMIT)
    .action((name: string, flags: Omit<DiffFlags, 'to'> & { to?: Date } & JsonFlag) => {
      const to = flags.to ?? terminal.now();
      if (flags.from >= to) throw new CliError('--from must be before --to.', EXIT_WRONG_USE);
      return reading(terminal, flags, (context) => diff(context, name, { ...flags, to }));
    });
}

const csvOption = (): Option =>
  new Option('--csv', 'for a spreadsheet, with a line of names').default(false).conflicts('json');

const rangeOption = (ranges: readonly string[]): Option =>
  new Option('--range <range>', 'how far back').choices(ranges).default('30d');

/** May be given several times. */
const severalOf = <Name extends string>(names: readonly Name[], flags: string, description: string): Option =>
  new Option(flags, `${description}; may be given several times`)
    .choices(names)
    .argParser((text, before: Name[] | undefined) => {
      const one = names.find((name) => name === text);
      if (one === undefined) throw new InvalidArgumentError(`Allowed choices are ${names.join(', ')}.`);
      return [...new Set([...(before ?? []), one])];
    });

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** Runs what reads, with what the settings name; a failed call becomes a sentence. */
async function reading(
  terminal: Terminal,
  { json }: JsonFlag,
  run: (context: CommandContext) => Promise<void>,
): Promise<void> {
  const server = await readSettings(terminal);
  await run({ api: openApi(server), terminal, json }).catch((error: unknown) => {
    throw errorOf(error, server);
  });
}
