import { Command, InvalidArgumentError } from 'commander';
import { FUZZ_SEED } from './src/fuzz/run-fuzzer.ts';
import { runFaults } from './src/run-faults.ts';

const MAX_SECONDS = 86_400;

const numberUpTo = (most: number) => (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new InvalidArgumentError(`It is a whole number from 1 to ${most}.`);
  }
  return value;
};
const several = (text: string, before: number[] = []) => [...before, numberUpTo(27)(text)];

interface Options {
  json?: true;
  fault?: number[];
  long?: true;
  timeScale?: number;
  fuzz?: true;
  fuzzSeconds: number;
  seed: number;
}

const options = new Command('test:faults')
  .description(
    'Kills, stops, cuts off and fills what a running Silt is made of, and checks from outside what is stored.',
  )
  .option('--fault <number>', 'this one alone; may be given several times', several)
  .option('--long', 'the load and the times of the long run: 5,000 collectors, 500 snapshots a second')
  .option(
    '--time-scale <factor>',
    'times of the faults are divided by it (default: 60, or 1 with --long)',
    numberUpTo(1_000),
  )
  .option('--fuzz', 'the frame fuzzer in place of the faults')
  .option('--fuzz-seconds <seconds>', 'how long it runs', numberUpTo(MAX_SECONDS), 60)
  .option('--seed <number>', 'of the fuzzer', numberUpTo(2 ** 31), FUZZ_SEED)
  .option('--json', 'print one JSON object as the last line')
  .parse()
  .opts<Options>();

try {
  const broken = await runFaults({
    numbers: options.fault ?? null,
    long: options.long ?? false,
    timeScale: options.timeScale ?? null,
    fuzz: options.fuzz ? { seconds: options.fuzzSeconds, seed: options.seed } : null,
    json: options.json ?? false,
    log: (line) => console.log(line),
  });
  process.exitCode = broken > 0 ? 1 : 0;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
