import { detectorsNamed } from './detectors.ts';
import { FAMILY_SETS, makeTrace, type SetName } from './family-sets.ts';
import { type JudgedTrace, judgeTrace } from './judge-trace.ts';
import type { Judged } from './measures.ts';
import { type LineLot, parseTrace, TraceFileError } from './trace-file.ts';

/** Traces that a thread makes and judges. */
export interface MadeJob {
  kind: 'made';
  set: SetName;
  family: string;
  seed: string;
  /** The first trace, and the one after the last. */
  from: number;
  upTo: number;
  detectors: readonly string[];
}

/** Traces of a file. */
export interface FileJob extends LineLot {
  kind: 'file';
  detectors: readonly string[];
  /** Those of the detectors that `--out` is for. */
  rowsOf: readonly string[];
}

export type Job = MadeJob | FileJob;

export interface Answer {
  judged: Judged[];
  /** JSON lines, each ended. */
  rows: string;
  /** The file is wrong there; nothing of this job counts. */
  refusal: string | null;
}

export function runJob(job: Job): Answer {
  try {
    const traces = job.kind === 'made' ? made(job) : fromFile(job);
    const results = [...traces];
    return {
      judged: results.map(({ judged }) => judged),
      rows: results.flatMap(({ rows }) => rows.map((row) => `${JSON.stringify(row)}\n`)).join(''),
      refusal: null,
    };
  } catch (error) {
    if (error instanceof TraceFileError) return { judged: [], rows: '', refusal: error.message };
    throw error;
  }
}

function* made({ set, family: name, seed, from, upTo, detectors }: MadeJob): Generator<JudgedTrace> {
  const family = FAMILY_SETS[set].find((one) => one.name === name);
  if (!family) throw new RangeError(`no family ${name} in ${set}`);
  for (let index = from; index < upTo; index += 1)
    yield judgeTrace(makeTrace(set, family, seed, index), detectorsNamed(detectors), []);
}

function* fromFile({ lines, firstLine, detectors, rowsOf }: FileJob): Generator<JudgedTrace> {
  for (const [place, line] of lines.entries()) {
    if (line.trim() === '') continue;
    yield judgeTrace(parseTrace(line, firstLine + place), detectorsNamed(detectors), rowsOf);
  }
}
