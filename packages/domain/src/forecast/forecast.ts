/**
 * - `full`: it has run out. `filling`: it grows for a reason that lasts, and there is a date.
 * - `steady`: nothing says that it will run out. `noisy`: it moves too much for a date.
 * - `too-short`: too little was read to say anything.
 */
export const VERDICTS = ['full', 'filling', 'noisy', 'too-short', 'steady'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Why a forecast says what it says; pages have a sentence for each. */
export const FORECAST_REASONS = [
  /** full: what is left is less than `FULL_ROOM_SHARE` of the capacity. */
  'at-capacity',
  /** filling: one slope over days, that the last two days confirm. */
  'trend',
  /** filling: it comes back, and each time a little less far. */
  'rising-floors',
  /** filling: hours of growth that would fill it within a day or two. */
  'runaway',
  /** steady: what was read neither rises nor falls for certain, or falls. */
  'no-growth',
  /** steady: it grows, and lasts for longer than `MAX_DAYS_LEFT`. */
  'far-off',
  /** steady: it comes back by itself before it is full. */
  'comes-back',
  /** steady: one step made most of the rise. */
  'one-step',
  /** steady: the growth fades out before the capacity. */
  'levels-off',
  /** noisy: slopes of several windows do not agree. */
  'slopes-differ',
  /** too-short: less than `MIN_HISTORY_DAYS` were read. */
  'few-days',
  /** too-short: nothing was read lately. */
  'nothing-recent',
] as const;
export type ForecastReason = (typeof FORECAST_REASONS)[number];

/** Of a distribution; p10 ≤ p50 ≤ p90. */
export interface DaysLeft {
  p10: number;
  p50: number;
  /** null = in one of ten cases it is not full within `MAX_DAYS_LEFT`, or never. */
  p90: number | null;
}

/** What one resource does next, said at one moment from what was read before it. */
export interface Forecast {
  verdict: Verdict;
  /** 0 when full; null for every verdict but full and filling. */
  daysLeft: DaysLeft | null;
  /** In the unit of the series a day; negative = it shrinks. null = too short. */
  slopePerDay: { low: number; mid: number; high: number } | null;
  /** When what goes on now began, milliseconds since the epoch; null = no change within what was looked at. */
  since: number | null;
  /** It alarms with a horizon of so many days or more: nine of ten times it is full by then. null = with none. */
  alarmFromDays: number | null;
  /** It fills within the horizon, surely enough to wake somebody. */
  alarm: boolean;
  reason: ForecastReason;
  /** What it was made from, milliseconds since the epoch; null = nothing. */
  window: { from: number; to: number; points: number } | null;
}

export interface ForecastSettings {
  /** Milliseconds since the epoch; nothing later is looked at. */
  now: number;
  /** An alarm is raised when it is to be full within so many days. */
  horizonDays: number;
}

export const DEFAULT_HORIZON_DAYS = 7;
export const MIN_HORIZON_DAYS = 1;
export const MAX_HORIZON_DAYS = 60;
/** A date further away is no date. */
export const MAX_DAYS_LEFT = 730;
/** What is left of a full resource, of its capacity, at most. */
export const FULL_ROOM_SHARE = 0.001;
/** Of less, no date can be told. */
export const MIN_HISTORY_DAYS = 1.5;
/** Of less, a trend wakes nobody. */
export const MIN_ALARM_DAYS = 3;
/** Of less, a week's ups and downs are not known: a trend wakes people only when it is surely full within `YOUNG_ALARM_DAYS`. */
export const WEEK_READ_DAYS = 7;
export const YOUNG_ALARM_DAYS = 3;

/** So many days ahead a trend may wake people when so many were read; 0 = not at all. */
export function farthestAlarmDays(readDays: number): number {
  if (readDays < MIN_ALARM_DAYS) return 0;
  return readDays < WEEK_READ_DAYS ? YOUNG_ALARM_DAYS : MAX_HORIZON_DAYS;
}
