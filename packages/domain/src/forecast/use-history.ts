/** What was read of a resource in a while: a single sample, or a rolled-up hour. */
export interface UsePoint {
  /** Of its last sample, milliseconds since the epoch. */
  at: number;
  /** Lowest, highest and last that was used, in the unit of the series. */
  low: number;
  high: number;
  last: number;
  /** What `last` could have grown to. */
  capacity: number;
}

/** The past of a resource as a forecast takes it. Hours and slots in which nothing was read are left out. */
export interface UseHistory {
  /** One point for each UTC hour, oldest first; at most `MAX_FORECAST_HOURS`. */
  hours: readonly UsePoint[];
  /** One for each ten minutes of the last `RECENT_HOURS`, oldest first: what hours are too coarse for. */
  recent: readonly UsePoint[];
}

export const HOUR_MILLISECONDS = 3_600_000;
export const RECENT_SLOT_MILLISECONDS = 600_000;
export const RECENT_HOURS = 12;
/** 35 days: five weeks, so that a weekly season shows. */
export const MAX_FORECAST_HOURS = 840;
