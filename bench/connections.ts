import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { benchConnections } from './connections/bench-connections.ts';

const LEAST = 200;
const MOST = 12_000;
/** Beside the sockets. */
const OTHER_FILES = 200;
/** Wrong use, or a machine that cannot do it. */
const EXIT_CANNOT = 2;

const { json, connections } = new Command('bench:connections')
  .description(
    'Collectors connected to one gateway: its memory for each, and how soon all are back after it was killed.',
  )
  .option('--json', 'print one JSON object as the last line', false)
  .option('--connections <count>', 'collectors at once', parseConnections, 10_000)
  .parse()
  .opts<{ json: boolean; connections: number }>();

function parseConnections(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= LEAST && value <= MOST) return value;
  throw new InvalidArgumentError(`It is a whole number from ${LEAST} to ${MOST}.`);
}

const openFiles = Number(/^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
if (openFiles < connections + OTHER_FILES) {
  console.error(`A process may have ${openFiles} files open here; ulimit -n ${connections + OTHER_FILES} first.`);
  process.exit(EXIT_CANNOT);
}
const figures = await benchConnections({ connections, log: (line) => process.stderr.write(`${line}\n`) });
if (json) console.log(JSON.stringify(figures));
else {
  console.log(`collectors            ${figures.connections}`);
  console.log(`memory of each, kB    ${figures.kbEach} (${figures.residentMb.join(' → ')} MB resident)`);
  console.log(`all back after, s     ${figures.reconnectedSeconds}`);
  for (const [reason, count] of Object.entries(figures.failures))
    console.log(`failed attempts       ${count} × ${reason}`);
}
