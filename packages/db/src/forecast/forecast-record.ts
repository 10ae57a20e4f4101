import type { ClockName, DaysLeft, ForecastOutcome, ForecastReason, Verdict } from '@silt/domain';

/** What was said of a clock of a store, from `madeAt` on and again and again until `confirmedAt`. */
export interface ForecastRecord {
  /** Inner id. */
  hostId: number;
  storeKey: string;
  clock: ClockName;
  madeAt: Date;
  confirmedAt: Date;
  verdict: Verdict;
  reason: ForecastReason;
  alarm: boolean;
  horizonDays: number;
  /** 0 when full; null for every verdict but full and filling. */
  daysLeft: DaysLeft | null;
  /** In the unit of the series a day; null = too short. */
  slopePerDay: { low: number; mid: number; high: number } | null;
  /** Whole units; null = too short. */
  used: number | null;
  capacity: number | null;
  since: Date | null;
  /** What it was made from; null = nothing. */
  window: { from: Date; to: Date; points: number } | null;
  /** null = not scored yet. */
  score: ForecastScored | null;
}

export interface ForecastScored {
  scoredAt: Date;
  outcome: ForecastOutcome;
  /** Days from `madeAt` until it was full; null = it was not. */
  actualDays: number | null;
  /** Growth a day from `madeAt` until its time had come; null = not known. */
  actualSlope: number | null;
}
