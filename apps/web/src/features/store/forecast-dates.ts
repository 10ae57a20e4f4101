import type { DaysLeft, ForecastView } from '@silt/domain';

const DAY_MILLISECONDS = 86_400_000;

type Dated = Pick<ForecastView, 'madeAt' | 'daysLeft'>;

/** Milliseconds since the epoch. */
export interface ForecastDates {
  p10: number;
  p50: number;
  /** null = no end that can be told. */
  p90: number | null;
}

/** When it is full; null = there is no date. */
export function forecastDates({ madeAt, daysLeft }: Dated): ForecastDates | null {
  if (daysLeft === null) return null;
  const dateOf = (days: number): number => Date.parse(madeAt) + days * DAY_MILLISECONDS;
  return {
    p10: dateOf(daysLeft.p10),
    p50: dateOf(daysLeft.p50),
    p90: daysLeft.p90 === null ? null : dateOf(daysLeft.p90),
  };
}

/** What is left of the days at a later moment, never below 0; a forecast stands for a day and its date stays. */
export function daysLeftAt(forecast: Dated, at: number): DaysLeft | null {
  const dates = forecastDates(forecast);
  if (dates === null) return null;
  const left = (date: number): number => Math.max(0, (date - at) / DAY_MILLISECONDS);
  return { p10: left(dates.p10), p50: left(dates.p50), p90: dates.p90 === null ? null : left(dates.p90) };
}

/** When the first of these comes due: at its p90, or when its horizon is over. null = none of them ever does. */
export function firstDue(
  clocks: readonly (Dated & Pick<ForecastView, 'verdict' | 'horizonDays'>)[],
  now: number,
): number | null {
  const dues = clocks
    .filter(({ verdict }) => verdict !== 'too-short' && verdict !== 'full')
    .map(({ madeAt, daysLeft, horizonDays }) => Date.parse(madeAt) + (daysLeft?.p90 ?? horizonDays) * DAY_MILLISECONDS)
    .filter((due) => due > now);
  return dues.length === 0 ? null : Math.min(...dues);
}
