import { RESOURCE_NAMES } from '../../series.ts';
import type { DaysLeft, Forecast } from '../forecast.ts';

/**
 * What can run out of a store, each with a date of its own: its resources, and the unallocated space of btrfs, which is a
 * stage on the way and no end: new chunks cannot be made from then on, what is allocated goes on.
 */
export const CLOCK_NAMES = [...RESOURCE_NAMES, 'btrfsUnallocated'] as const;
export type ClockName = (typeof CLOCK_NAMES)[number];

/** The forecast of one clock, with the room that it counts down. */
export interface ClockForecast extends Forecast {
  clock: ClockName;
  /** Writes fail when it has run out. */
  stops: boolean;
  /** As the forecast took them, at its last point; null = too short. For a clock whose capacity moves with other clocks, `used` is what is not room. */
  used: number | null;
  capacity: number | null;
}

/** All clocks of a store, and the one that counts: the earliest of those that stop writes. */
export interface StoreForecast {
  /** In the order of `CLOCK_NAMES`; clocks that were never read are left out. */
  clocks: ClockForecast[];
  /** null = none of them has a date. */
  earliest: { clock: ClockName; daysLeft: DaysLeft } | null;
}
