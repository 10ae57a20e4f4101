import type { BacktestRequest } from '@silt/domain';

const HOUR_MILLISECONDS = 3_600_000;
const DAY_MILLISECONDS = 86_400_000;

/** The last days up to the last whole hour, so that the same question within the hour is the same request. */
export function lastDays(days: number, now: number): Pick<BacktestRequest, 'from' | 'to'> {
  const to = Math.floor(now / HOUR_MILLISECONDS) * HOUR_MILLISECONDS;
  return { from: new Date(to - days * DAY_MILLISECONDS).toISOString(), to: new Date(to).toISOString() };
}

/** Of a range, whole days. */
export const daysOf = ({ from, to }: Pick<BacktestRequest, 'from' | 'to'>): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MILLISECONDS);
