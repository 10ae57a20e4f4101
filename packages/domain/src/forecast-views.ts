import type { ClockName } from './forecast/clocks/clock.ts';
import type { DaysLeft, ForecastReason, Verdict } from './forecast/forecast.ts';
import type { Unit } from './series.ts';

/**
 * What became of a forecast once its time had come.
 *
 * - `in-time`: full between p10 and p90. `sooner`: full before p10. `later`: not full by p90, and nobody made room.
 * - `averted`: room was made before: the capacity grew, or what was used fell by more than it says.
 * - `held`: it said that nothing fills, and nothing did. `missed`: it said so, and it was full.
 * - `unknown`: too little was read to tell.
 */
export const FORECAST_OUTCOMES = ['in-time', 'sooner', 'later', 'averted', 'held', 'missed', 'unknown'] as const;
export type ForecastOutcome = (typeof FORECAST_OUTCOMES)[number];

/** What was said of a clock; times ISO 8601 UTC. */
export interface ForecastView {
  clock: ClockName;
  /** Writes fail when it has run out. */
  stops: boolean;
  unit: Unit;
  verdict: Verdict;
  reason: ForecastReason;
  alarm: boolean;
  horizonDays: number;
  daysLeft: DaysLeft | null;
  slopePerDay: { low: number; mid: number; high: number } | null;
  /** null = too short. See `ClockForecast`. */
  used: number | null;
  capacity: number | null;
  since: string | null;
  window: { from: string; to: string; points: number } | null;
  madeAt: string;
  /** Last time that the same was said. */
  confirmedAt: string;
}

/** One that was said and whose time has come. */
export interface ScoredForecast extends ForecastView {
  scoredAt: string;
  outcome: ForecastOutcome;
  /** Days from `madeAt` until it was full; null = it was not. */
  actualDays: number | null;
  /** Growth a day from `madeAt` until it was scored; null = not known. */
  actualSlope: number | null;
}

/** How the forecasts of a store did, over those that were scored in the last `days` days. */
export interface ForecastScore {
  days: number;
  outcomes: Record<ForecastOutcome, number>;
  /** Forecasts with a slope and a known growth, and those of them whose growth lay within low … high. */
  slopes: { known: number; within: number };
  /** Median of |p50 − actual| ÷ actual, over those that were full; null = none was. */
  dateError: number | null;
}

export interface StoreForecastView {
  /** Of now, in the order of `CLOCK_NAMES`; empty = nothing was said yet. */
  clocks: ForecastView[];
  /** The earliest of those that stop writes; null = none has a date. */
  earliest: ClockName | null;
  score: ForecastScore;
  /** Of the clock that counts, the newest first. */
  past: ScoredForecast[];
}

/** What a fleet or a host row says of the time left. */
export interface RowForecast {
  storeKey: string;
  storeName: string;
  clock: ClockName;
  /** null = no date; `verdict` says why. */
  daysLeft: DaysLeft | null;
  verdict: Verdict;
  reason: ForecastReason;
  /** Of this clock, or of another that stops writes. */
  alarm: boolean;
  /** ISO 8601: when it was last said, which is the moment that the days are counted from. */
  madeAt: string;
}

/** What holds for hosts with a tag; the empty tag is every host. null = as for every host, or as built in. */
export interface TagSetting {
  tag: string;
  horizonDays: number | null;
  fastBeatSeconds: number | null;
  slowBeatSeconds: number | null;
}
export const MAX_TAG_SETTINGS = 50;

/** The detectors, replayed over stored history with only the past visible. */
export interface BacktestRequest {
  /** One store, one host (storeKey null), those of a tag (hostId null), or all (both null). */
  hostId: string | null;
  storeKey: string | null;
  tag: string | null;
  /** ISO 8601. */
  from: string;
  to: string;
  /** The settings that are compared, days; the first is the one in force. */
  horizonsDays: number[];
}
export const MAX_BACKTEST_DAYS = 400;
export const MAX_BACKTEST_HORIZONS = 4;

export interface BacktestResult {
  hosts: number;
  clocks: number;
  /** Hours between two moments of the replay. */
  stepHours: number;
  /** Days of the range for which something was read; 0 = nothing. */
  daysRead: number;
  horizons: BacktestHorizon[];
  /** Everything that was full in the range, and how long before one would have been told. */
  fills: BacktestFill[];
  /** What `MAX_BACKTEST_ROWS` has left out of fills and alarms. */
  cut: number;
}
export const MAX_BACKTEST_ROWS = 500;

export interface BacktestHorizon {
  horizonDays: number;
  /** Alarms that pause for less than a day are one. */
  alarms: BacktestAlarm[];
  /** Of them: `real` was full, or would have been had nobody made room; `open` is up at the end of the range. */
  counts: Record<BacktestAlarmKind, number>;
  /** Fills without an alarm before. */
  missed: number;
  /** Median over fills that were told; null = none was. */
  medianLeadHours: number | null;
}

/** `real`: full while it was up or within a day after. `averted`: room was made. `open`: up at the end. `false`: none of them. */
export const BACKTEST_ALARM_KINDS = ['real', 'averted', 'open', 'false'] as const;
export type BacktestAlarmKind = (typeof BACKTEST_ALARM_KINDS)[number];

export interface BacktestPlace {
  hostId: string;
  hostName: string;
  storeKey: string;
  storeName: string;
  clock: ClockName;
}

export interface BacktestAlarm extends BacktestPlace {
  kind: BacktestAlarmKind;
  raisedAt: string;
  /** null = up at the end of the range. */
  clearedAt: string | null;
  /** What it said when it was raised. */
  daysLeft: DaysLeft;
}

export interface BacktestFill extends BacktestPlace {
  fullAt: string;
  /** As long as `horizons`: hours from the alarm to full; null = there was none. */
  toldHoursBefore: (number | null)[];
}

export const BACKTEST_STATES = ['waiting', 'running', 'done', 'failed'] as const;

export interface BacktestView {
  backtestId: string;
  state: (typeof BACKTEST_STATES)[number];
  request: BacktestRequest;
  createdAt: string;
  hostsDone: number;
  /** null = not counted yet. */
  hostsTotal: number | null;
  result: BacktestResult | null;
  /** A sentence; null = it did not fail. */
  failure: string | null;
}
