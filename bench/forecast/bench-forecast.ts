import { REFERENCE } from './detectors.ts';
import { FAMILY_SETS, SET_NAMES, type SetName } from './family-sets.ts';
import type { FileJob, MadeJob } from './jobs.ts';
import { type Judged, type Measures, measure } from './measures.ts';
import { writeRows } from './out-file.ts';
import { runJobs } from './run-jobs.ts';
import { readLineLots, TraceFileError } from './trace-file.ts';

/** Traces of one job: small, so that all cores end at about the same time. */
const TRACES_A_JOB = 10;

export interface ForecastBenchOptions {
  detectors: readonly string[];
  log: (line: string) => void;
}

export interface MadeOptions extends ForecastBenchOptions {
  sets: readonly SetName[];
  /** null = all of the sets. */
  families: readonly string[] | null;
  tracesPerFamily: number;
  seed: string;
}

/** Traces that belong together, judged by all detectors. */
export interface JudgedSet {
  name: string;
  judged: Judged[];
}

/** Makes its traces, replays them and judges. */
export async function benchMade(options: MadeOptions): Promise<JudgedSet[]> {
  const sets: JudgedSet[] = options.sets.map((name) => ({ name, judged: [] }));
  const jobs = madeJobs(options);
  let answered = 0;
  for await (const { judged } of runJobs(jobs)) {
    const { set, family, upTo } = jobs[answered] as MadeJob;
    sets.find(({ name }) => name === set)?.judged.push(...judged);
    if (upTo === options.tracesPerFamily) options.log(`${set}: ${family}`);
    answered += 1;
  }
  return sets.filter(({ judged }) => judged.length > 0);
}

function madeJobs({ sets, families, tracesPerFamily, seed, detectors }: MadeOptions): MadeJob[] {
  return sets.flatMap((set) =>
    FAMILY_SETS[set]
      .filter(({ name }) => families === null || families.includes(name))
      .flatMap(({ name: family }) =>
        Array.from({ length: Math.ceil(tracesPerFamily / TRACES_A_JOB) }, (_, lot): MadeJob => {
          const from = lot * TRACES_A_JOB;
          const upTo = Math.min(tracesPerFamily, from + TRACES_A_JOB);
          return { kind: 'made', set, family, seed, from, upTo, detectors: withReference(detectors) };
        }),
      ),
  );
}

export interface FileOptions extends ForecastBenchOptions {
  tracesFile: string;
  /** null = rows are not kept. */
  outFile: string | null;
}

/**
 * Replays the traces of a file. `outFile` gets its rows when all went well, and is left as it was otherwise.
 *
 * @throws TraceFileError
 */
export async function benchFile({ tracesFile, outFile, detectors, log }: FileOptions): Promise<JudgedSet[]> {
  const judged: Judged[] = [];
  const rowsOf = outFile === null ? [] : detectors;
  async function* jobs(): AsyncGenerator<FileJob> {
    for await (const lot of readLineLots(tracesFile))
      yield { kind: 'file', ...lot, detectors: withReference(detectors), rowsOf };
  }
  async function* rows(): AsyncGenerator<string> {
    for await (const answer of runJobs(jobs())) {
      if (answer.refusal !== null) throw new TraceFileError(answer.refusal);
      judged.push(...answer.judged);
      log(`${judged.length} traces`);
      yield answer.rows;
    }
  }
  if (outFile === null) for await (const _ of rows());
  else await writeRows(outFile, rows());
  return [{ name: tracesFile, judged }];
}

const withReference = (detectors: readonly string[]): string[] => [...new Set([...detectors, REFERENCE])];

/** All measures of one detector over some judged traces. */
export const measuresOf = (judged: readonly Judged[], detector: string): Measures =>
  measure(judged, detector, REFERENCE);

/** The families of all sets, each once. */
export const familyNames = (): string[] => [
  ...new Set(SET_NAMES.flatMap((set) => FAMILY_SETS[set].map(({ name }) => name))),
];

/** Families of one name in several sets stay apart. */
export const together = (sets: readonly JudgedSet[]): JudgedSet => ({
  name: 'together',
  judged: sets.flatMap(({ name, judged }) => judged.map((one) => ({ ...one, family: `${name}: ${one.family}` }))),
});

/** What `--json` prints: a key a detector; null = nothing to measure it on. */
export type ForecastFigures = Record<
  string,
  Omit<Measures, 'runawayLeadShare' | 'dailyCoverage' | 'crpsRatioWhereBoth'>
>;

export function forecastFigures(sets: readonly JudgedSet[], detectors: readonly string[]): ForecastFigures {
  const { judged } = together(sets);
  return Object.fromEntries(
    detectors.map((detector) => {
      const { runawayLeadShare, dailyCoverage, crpsRatioWhereBoth, ...figures } = measuresOf(judged, detector);
      return [detector, figures];
    }),
  );
}
