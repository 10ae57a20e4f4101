import type { ClockForecast, DaysLeft } from '@silt/domain';

const HOUR_MILLISECONDS = 3_600_000;
const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS;
/** A date is said anew after so long, though it stays the same: each one is scored by itself. */
export const DATED_SPAN_MILLISECONDS = DAY_MILLISECONDS;
export const UNDATED_SPAN_MILLISECONDS = 7 * DAY_MILLISECONDS;
/** Of the days left: a date that moved further is another one. */
export const DATE_MOVED_SHARE = 0.25;

/** What the last row says of a clock, as far as it decides whether the next one says the same. */
export interface LastForecast extends Pick<ClockForecast, 'verdict' | 'reason' | 'alarm' | 'daysLeft'> {
  madeAt: Date;
  horizonDays: number;
}

/** A date that was said before stays, so that the days to it become fewer; null = it said none. */
export function carriedDays({ madeAt, daysLeft }: LastForecast, now: Date): DaysLeft | null {
  if (daysLeft === null) return null;
  const { p10, p50, p90 } = daysLeft;
  const days = (now.getTime() - madeAt.getTime()) / DAY_MILLISECONDS;
  const left = (value: number): number => Math.max(0, value - days);
  return { p10: left(p10), p50: left(p50), p90: p90 === null ? null : left(p90) };
}

/**
 * `same`: the last row goes on. `aged`: it says the same, but is so old that a new row begins. `other`: something else is
 * said, or a date that is notably another.
 */
export type SpanStep = 'same' | 'aged' | 'other';

export function spanStep(
  last: LastForecast | null,
  next: Pick<ClockForecast, 'verdict' | 'reason' | 'alarm' | 'daysLeft'>,
  { now, horizonDays }: { now: Date; horizonDays: number },
): SpanStep {
  if (last === null) return 'other';
  const isSaid = last.verdict === next.verdict && last.reason === next.reason && last.alarm === next.alarm;
  if (!isSaid || last.horizonDays !== horizonDays) return 'other';
  const age = now.getTime() - last.madeAt.getTime();
  // Full has no date to come.
  if (next.verdict === 'full' || next.daysLeft === null || last.daysLeft === null) {
    return age >= UNDATED_SPAN_MILLISECONDS ? 'aged' : 'same';
  }
  const moved = Math.abs(age + (next.daysLeft.p50 - last.daysLeft.p50) * DAY_MILLISECONDS);
  const left = next.daysLeft.p50 * DAY_MILLISECONDS;
  if (moved > Math.max(HOUR_MILLISECONDS, left * DATE_MOVED_SHARE)) return 'other';
  return age >= DATED_SPAN_MILLISECONDS ? 'aged' : 'same';
}

/** What a page says of a clock once `next` is kept: while the last row goes on, its date stays. */
export function daysSaid(
  last: LastForecast | null,
  next: Pick<ClockForecast, 'verdict' | 'reason' | 'alarm' | 'daysLeft'>,
  at: { now: Date; horizonDays: number },
): DaysLeft | null {
  return last !== null && spanStep(last, next, at) === 'same' ? carriedDays(last, at.now) : next.daysLeft;
}
