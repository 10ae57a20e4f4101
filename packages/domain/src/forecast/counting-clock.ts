import { CLOCK_NAMES, type ClockName } from './clocks/clock.ts';
import { type DaysLeft, VERDICTS, type Verdict } from './forecast.ts';

interface SaidClock {
  clock: ClockName;
  stops: boolean;
  verdict: Verdict;
  daysLeft: DaysLeft | null;
  /** When that was said, ISO 8601 or milliseconds since the epoch. */
  madeAt: string | number | Date;
}

const DAY_MILLISECONDS = 86_400_000;
const dateOf = ({ madeAt, daysLeft }: SaidClock): number =>
  daysLeft === null ? Number.POSITIVE_INFINITY : new Date(madeAt).getTime() + daysLeft.p50 * DAY_MILLISECONDS;

/** Of clocks that stop writes, the one with the earliest date; null = none has one. */
export function earliestClock<Clock extends SaidClock>(clocks: readonly Clock[]): Clock | null {
  const dated = clocks.filter(({ stops, daysLeft }) => stops && daysLeft !== null);
  return dated.reduce<Clock | null>((best, one) => (best === null || dateOf(one) < dateOf(best) ? one : best), null);
}

/** What a store is judged by: the earliest clock, and where none has a date the one with the worst verdict. null = none was read. */
export function countingClock<Clock extends SaidClock>(clocks: readonly Clock[]): Clock | null {
  const earliest = earliestClock(clocks);
  if (earliest !== null) return earliest;
  const rank = ({ verdict, clock }: Clock): number =>
    VERDICTS.indexOf(verdict) * CLOCK_NAMES.length + CLOCK_NAMES.indexOf(clock);
  return clocks
    .filter(({ stops }) => stops)
    .reduce<Clock | null>((best, one) => (best === null || rank(one) < rank(best) ? one : best), null);
}
