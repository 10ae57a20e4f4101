import { Command, InvalidArgumentError } from 'commander';
import { benchFile, benchMade, familyNames, forecastFigures } from './forecast/bench-forecast.ts';
import { DETECTOR_NAMES } from './forecast/detectors.ts';
import { MEASURED_SETS, SET_NAMES, type SetName } from './forecast/family-sets.ts';
import { familyTable, forecastTable } from './forecast/forecast-table.ts';
import { benchSpeed, speedTable } from './forecast/speed.ts';
import { TraceFileError } from './forecast/trace-file.ts';

const MAX_TRACES_PER_FAMILY = 10_000;
/** Wrong use, or a file that is wrong. */
const EXIT_CANNOT = 2;

function parseCount(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= MAX_TRACES_PER_FAMILY) return value;
  throw new InvalidArgumentError(`It is a whole number from 1 to ${MAX_TRACES_PER_FAMILY}.`);
}

/** Some of `known`, with commas between them. */
function someOf<Name extends string>(known: readonly Name[], text: string): Name[] {
  const names = text.split(',');
  if (names.every((name) => known.some((one) => one === name))) return known.filter((name) => names.includes(name));
  throw new InvalidArgumentError(`It is some of ${known.join(', ')}, with commas between them.`);
}

const parseSets = (text: string): readonly SetName[] => (text === 'all' ? SET_NAMES : someOf(SET_NAMES, text));

interface Options {
  seed: string;
  tracesPerFamily: number;
  families?: string[];
  set: readonly SetName[];
  detectors: string[];
  traces?: string;
  out?: string;
  byFamily?: true;
  json?: true;
  speed?: true;
}

const command = new Command('bench:forecast')
  .description('How many leaks detectors tell in time, how often they cry wolf, and how true their dates are.')
  .option('--seed <text>', 'another seed makes other traces', '1')
  .option('--traces-per-family <count>', 'traces of each family', parseCount, 40)
  .option('--families <names>', 'some families', (text) => someOf(familyNames(), text))
  .option('--set <names>', `some of ${SET_NAMES.join(', ')}, or all`, parseSets, MEASURED_SETS)
  .option('--detectors <names>', 'some detectors', (text) => someOf(DETECTOR_NAMES, text), DETECTOR_NAMES)
  .option('--traces <file>', 'replay the traces of a file, JSON lines, in place of made ones')
  .option('--out <file>', 'with --traces: write what each detector said, JSON lines')
  .option('--by-family', 'a table a detector with a line a family, too')
  .option('--json', 'print one JSON object as the last line')
  .option('--speed', 'measure how long forecasts take, and nothing else')
  .parse();
const options = command.opts<Options>();
if (options.out !== undefined && options.traces === undefined) command.error('--out needs --traces.');

try {
  if (options.speed) {
    const speed = benchSpeed(options.seed);
    console.log(options.json ? JSON.stringify(speed) : speedTable(speed));
  } else await judge();
} catch (error) {
  if (error instanceof TraceFileError) console.error(error.message);
  else console.error(error);
  process.exitCode = error instanceof TraceFileError ? EXIT_CANNOT : 1;
}

async function judge(): Promise<void> {
  const { detectors, traces, families, seed, tracesPerFamily } = options;
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const sets =
    traces === undefined
      ? await benchMade({ sets: options.set, families: families ?? null, tracesPerFamily, seed, detectors, log })
      : await benchFile({ tracesFile: traces, outFile: options.out ?? null, detectors, log });
  if (options.json) return console.log(JSON.stringify(forecastFigures(sets, detectors)));
  if (options.byFamily) console.log(`${familyTable(sets, detectors)}\n`);
  console.log(forecastTable(sets, detectors));
}
