import type { Detector, Said } from './detector.ts';
import { DAY_SECONDS, type Trace } from './family.ts';
import { hostMonthsOf, type Judged, outcomeOf } from './measures.ts';
import { replayHours, type Saying } from './replay.ts';

/** A row of `--out`. Hours left, or null. */
export interface OutRow extends Said {
  id: string;
  t: number;
  detector: string;
}

export interface JudgedTrace {
  judged: Judged;
  rows: OutRow[];
}

/** Replays a trace to each detector. `rowsOf`: names of those that get rows. */
export function judgeTrace(trace: Trace, detectors: readonly Detector[], rowsOf: readonly string[]): JudgedTrace {
  const rows: OutRow[] = [];
  const outcomes: Judged['outcomes'] = {};
  for (const detector of detectors) {
    const sayings = [...replayHours(trace, detector)];
    outcomes[detector.name] = outcomeOf(trace, sayings);
    if (rowsOf.includes(detector.name))
      for (const saying of worthARow(sayings)) rows.push(rowOf(trace.id, detector.name, saying));
  }
  const { family, exhaustedAt } = trace;
  return { judged: { family, exhausts: exhaustedAt !== null, hostMonths: hostMonthsOf(trace), outcomes }, rows };
}

/** Each change of the alarm, and the first hour of each day of trace time. */
function* worthARow(sayings: readonly Saying[]): Generator<Saying> {
  let [day, alarm]: [number | null, boolean] = [null, false];
  for (const saying of sayings) {
    const today = Math.floor(saying.t / DAY_SECONDS);
    if (today !== day || saying.alarm !== alarm) yield saying;
    [day, alarm] = [today, saying.alarm];
  }
}

const DECIMALS = 1_000;
const rounded = (hours: number | null): number | null =>
  hours === null ? null : Math.round(hours * DECIMALS) / DECIMALS;

const rowOf = (id: string, detector: string, { t, alarm, p10, p50, p90 }: Saying): OutRow => ({
  ...{ id, t, detector, alarm },
  ...{ p10: rounded(p10), p50: rounded(p50), p90: rounded(p90) },
});
