import { Command, InvalidArgumentError } from 'commander';
import { missingForLab } from '../lab/src/programs.ts';
import { benchProbes } from './probes/bench-probes.ts';
import { probesTable } from './probes/probes-table.ts';

const MAX_ROUNDS = 1_000;
/** Of the issue of every kind of storage: what the two beats' bounds are said for. */
const SIZE = { subvolumes: 500, layers: 300, containers: 60, processes: 400, namespaces: 76 };
/** Wrong use, or a machine that cannot do it. */
const EXIT_CANNOT = 2;

const { json, rounds } = new Command('bench:probes')
  .description(
    'Wall and CPU time of each probe on a host that is built for it: btrfs, Docker, 400 processes. Needs root.',
  )
  .option('--json', 'print one JSON object as the last line', false)
  .option('--rounds <count>', 'calls of each probe', parseRounds, 30)
  .parse()
  .opts<{ json: boolean; rounds: number }>();

function parseRounds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= MAX_ROUNDS) return value;
  throw new InvalidArgumentError(`It is a whole number from 1 to ${MAX_ROUNDS}.`);
}

const missing = missingForLab();
if (missing !== null) {
  console.error(missing);
  process.exit(EXIT_CANNOT);
}
const result = await benchProbes({ size: SIZE, rounds, log: (line) => process.stderr.write(`${line}\n`) });
console.log(json ? JSON.stringify(result) : probesTable(result));
