import type { DaysLeft } from './forecast.ts';

/** An alarm stays up while the date is within so many horizons, so that a date that wavers at the horizon wakes people once. */
export const HELD_HORIZONS = 1.3;

/**
 * Whether an alarm that was up before stays up though it would not be raised now.
 *
 * @param daysLeft null = there is no date, which ends it.
 */
export const isAlarmHeld = (wasUp: boolean, daysLeft: DaysLeft | null, horizonDays: number): boolean =>
  wasUp && daysLeft !== null && daysLeft.p50 <= HELD_HORIZONS * horizonDays;
