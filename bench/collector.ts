import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { missingForLab } from '../lab/src/programs.ts';
import { benchCollector } from './collector/bench-collector.ts';
import { collectorTable } from './collector/collector-table.ts';

const MAX_SECONDS = 86_400;
/** Of the issue of the collector: what its bounds are said for. */
const SIZE = { subvolumes: 200, layers: 100, containers: 50, processes: 100, namespaces: 20 };
/** Wrong use, or a machine that cannot do it. */
const EXIT_CANNOT = 2;
const COMPILED = fileURLToPath(
  new URL(`../apps/collector/compile/dist/silt-collector-linux-${process.arch}`, import.meta.url),
);

const { json, seconds } = new Command('bench:collector')
  .description('Memory, CPU and writes of the collector, as a script and compiled, steady on a busy host. Needs root.')
  .option('--json', 'print one JSON array as the last line', false)
  .option('--seconds <count>', 'how long it is measured', parseSeconds, 3_600)
  .parse()
  .opts<{ json: boolean; seconds: number }>();

function parseSeconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 10 && value <= MAX_SECONDS) return value;
  throw new InvalidArgumentError(`It is a whole number from 10 to ${MAX_SECONDS}.`);
}

const missing =
  missingForLab() ?? (existsSync(COMPILED) ? null : 'There is no compiled collector: npm run compile:collector first.');
if (missing !== null) {
  console.error(missing);
  process.exit(EXIT_CANNOT);
}
const figures = await benchCollector({ size: SIZE, seconds, log: (line) => process.stderr.write(`${line}\n`) });
console.log(json ? JSON.stringify(figures) : collectorTable(figures));
