import type { ClockName } from '../clocks/clock.ts';
import { stopsWrites } from '../clocks/clock-series.ts';
import { forecastStore } from '../clocks/forecast-store.ts';
import type { StoreClocks } from '../clocks/store-clocks.ts';
import type { Forecast, ForecastSettings } from '../forecast.ts';
import type { UsePoint } from '../use-history.ts';

/** A clock that stops writes, with all that is known of it. */
export interface ReplayedClock {
  clock: ClockName;
  /** Hours of its room, oldest first. */
  points: readonly UsePoint[];
  /** What is said of it, from points that are not later than `settings.now`; null = nothing was read by then. */
  forecastAt(settings: ForecastSettings): Pick<Forecast, 'alarmFromDays' | 'daysLeft'> | null;
}

/** Those that stop writes. */
export function replayedClocks(clocks: StoreClocks): ReplayedClock[] {
  return clocks
    .filter(({ clock }) => stopsWrites(clock))
    .map((one) => ({
      clock: one.clock,
      points: one.use.hours,
      forecastAt: (settings) => forecastStore([one], settings).clocks[0] ?? null,
    }));
}
