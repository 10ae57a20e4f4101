import { Command, InvalidArgumentError, Option } from 'commander';
import { benchIngest } from './ingest/bench-ingest.ts';
import { ingestTable } from './ingest/ingest-table.ts';

const MAX_HOSTS = 5_000;
const MAX_SECONDS = 600;

const wholeUpTo = (most: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new InvalidArgumentError(`It is a whole number from 1 to ${most}.`);
  }
  return value;
};

interface Options {
  json?: true;
  hosts: number;
  seconds: number;
  profile?: string;
  database?: string;
}

const options = new Command('bench:ingest')
  .description('Collectors through the real gateway into Postgres, beside the same readings written straight into it.')
  .option('--json', 'print one JSON object as the last line')
  .option('--hosts <count>', 'collectors at once', wholeUpTo(MAX_HOSTS), 200)
  .option('--seconds <count>', 'length of each of the two measured phases', wholeUpTo(MAX_SECONDS), 10)
  .option('--profile <folder>', 'leave a CPU profile of the gateway there')
  .addOption(
    new Option('--database <url>', 'superuser of a server to use; without it, an embedded Postgres of its own').env(
      'SILT_BENCH_DATABASE_URL',
    ),
  )
  .parse()
  .opts<Options>();

try {
  const result = await benchIngest({
    hosts: options.hosts,
    seconds: options.seconds,
    profileFolder: options.profile,
    serverUrl: options.database,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  console.log(options.json ? JSON.stringify(result.figures) : ingestTable(result));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
