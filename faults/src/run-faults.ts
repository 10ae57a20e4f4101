import { ALL_FAULTS, CI_LOAD, CI_TIME_SCALE, type Fault, LONG_LOAD } from './all-faults.ts';
import { runFuzzer } from './fuzz/run-fuzzer.ts';
import { startFaultPostgres } from './harness/fault-postgres.ts';
import { type FaultReport, type FaultSettings, onStage } from './harness/stage.ts';
import { secondsSince } from './harness/wait.ts';

export interface RunOptions {
  /** null = all. */
  numbers: readonly number[] | null;
  long: boolean;
  /** null = as `long` has it. */
  timeScale: number | null;
  /** In place of the faults. */
  fuzz: { seconds: number; seed: number } | null;
  json: boolean;
  log: (line: string) => void;
}

interface Outcome {
  number: number | null;
  name: string;
  result: 'passed' | 'broken' | 'skipped';
  happened: string;
  seconds: number;
  figures: FaultReport['figures'];
}

/** Runs what was asked for, one after the other, a line each. Returns how many are broken. */
export async function runFaults(options: RunOptions): Promise<number> {
  const { long, json, log, numbers } = options;
  const postgres = await startFaultPostgres();
  const timeScale = options.timeScale ?? (long ? 1 : CI_TIME_SCALE);
  const settings: FaultSettings = { postgres, timeScale, ...(long ? LONG_LOAD : CI_LOAD) };
  const outcomes: Outcome[] = [];
  const add = (outcome: Outcome) => {
    outcomes.push(outcome);
    log(lineOf(outcome));
  };
  try {
    if (options.fuzz === null) {
      const wanted = ALL_FAULTS.filter(({ number }) => numbers === null || numbers.includes(number));
      if (wanted.length === 0) throw new Error(`There is no fault ${numbers?.join(', ')}.`);
      for (const fault of wanted) add(await tryFault(fault, settings));
    } else add(await tryFuzzer(settings, options.fuzz));
  } finally {
    await postgres.stop();
  }
  const broken = outcomes.filter(({ result }) => result === 'broken').length;
  if (json) log(JSON.stringify({ timeScale, collectors: settings.collectors, broken, faults: outcomes }));
  return broken;
}

async function tryFault({ number, name, run, unavailable }: Fault, settings: FaultSettings): Promise<Outcome> {
  const reason = unavailable();
  if (reason !== null) return { number, name, result: 'skipped', happened: reason, seconds: 0, figures: {} };
  return timed(number, name, () => run(settings));
}

function tryFuzzer(settings: FaultSettings, { seconds, seed }: { seconds: number; seed: number }): Promise<Outcome> {
  return timed(null, `frame fuzzer, seed ${seed}`, () =>
    onStage(settings, async (stage) => {
      const { ends, connections, ...figures } = await runFuzzer(stage, seconds, seed);
      const closed = Object.entries(ends).map(([end, count]) => `${count} ${end}`);
      return { happened: `${connections} connections: ${closed.join(', ')}`, figures };
    }),
  );
}

async function timed(number: number | null, name: string, run: () => Promise<FaultReport>): Promise<Outcome> {
  const start = performance.now();
  try {
    const { happened, figures } = await run();
    return { number, name, result: 'passed', happened, seconds: secondsSince(start), figures };
  } catch (error) {
    const happened = error instanceof Error ? error.message : String(error);
    return { number, name, result: 'broken', happened, seconds: secondsSince(start), figures: {} };
  }
}

function lineOf({ number, name, result, happened, seconds, figures }: Outcome): string {
  const words = Object.entries(figures).map(([figure, value]) => `${figure} ${value}`);
  const head = `${number === null ? '' : `${number} `}${name}`;
  return `${result.padEnd(7)} ${head}: ${happened}. ${[`${seconds} s`, ...words].join(', ')}`;
}
