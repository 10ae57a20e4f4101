import type { ForecastReason } from './forecast.ts';

/** What days say of the days to come. */
export interface Trend {
  verdict: 'filling' | 'steady' | 'noisy';
  reason: ForecastReason;
  /** Shares of the capacity a day. */
  slope: { low: number; mid: number; high: number };
  /** Days over which it went as it goes. */
  lasted: number;
  /** null = no date. */
  date: TrendDate | null;
}

export interface TrendDate {
  /** Median of the days until full. */
  days: number;
  /** The same without the phase of a cycle, by where its tops lie on average. Alarms go by it: the phase would pause them. */
  averageDays: number;
  /** Along a straight line. */
  straightDays: number;
  /** Deviation of the logarithm of the days. */
  spread: number;
  /** The same of the growth alone. Alarms go by it: that tops differ brings the first full one nearer rather than not. */
  growthSpread: number;
  /** It has gone on for so long, and so evenly, that an alarm may stand on it. */
  isSure: boolean;
}

/** Standard deviations from the median to p90. */
export const Z90 = 1.2816;
/** A forecast that is further off than this says nothing. */
export const MAX_SPREAD = 1.2;
