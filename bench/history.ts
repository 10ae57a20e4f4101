import { tmpdir } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { benchHistory, historyFigures, PARTS, type Part } from './history/bench-history.ts';
import { freeBytesAt, shortOfRoom } from './history/disk-room.ts';
import { historyTable } from './history/history-table.ts';

/** The templates, and the hosts with a year. */
const LEAST_HOSTS = 200;
const MAX_HOSTS = 10_000;
/** Wrong use, or a machine that cannot do it. */
const EXIT_CANNOT = 2;

function parseHosts(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= LEAST_HOSTS && value <= MAX_HOSTS) return value;
  throw new InvalidArgumentError(`It is a whole number from ${LEAST_HOSTS} to ${MAX_HOSTS}.`);
}

function parseParts(text: string): readonly Part[] {
  const parts = PARTS.filter((part) => text.split(',').includes(part));
  if (parts.length === text.split(',').length) return parts;
  throw new InvalidArgumentError(`It is some of ${PARTS.join(', ')}, with commas between them.`);
}

interface Options {
  json?: true;
  hosts: number;
  scales?: number[];
  only: readonly Part[];
}

const options = new Command('bench:history')
  .description('Bytes a sample at rest, what rolling up costs, and the queries of the pages on a large fleet.')
  .option('--json', 'print one JSON object as the last line')
  .option('--hosts <count>', 'hosts of the fleet', parseHosts, 1_000)
  .option('--scales <counts>', 'several sizes of one fleet that grows, in place of --hosts', (text) =>
    text.split(',').map(parseHosts),
  )
  .option('--only <parts>', `some of ${PARTS.join(', ')}`, parseParts, PARTS)
  .parse()
  .opts<Options>();

const sizes = options.scales ?? [options.hosts];
const short = shortOfRoom(options.only.includes('queries') ? Math.max(...sizes) : 0, freeBytesAt(tmpdir()));
if (short !== null) {
  console.error(short);
  process.exit(EXIT_CANNOT);
}
try {
  const result = await benchHistory({
    sizes,
    parts: options.only,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  console.log(options.json ? JSON.stringify(historyFigures(result)) : historyTable(result));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
