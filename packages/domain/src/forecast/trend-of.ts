import { squaresBesideLine } from '../deviations.ts';
import { cycleOf } from './cycle.ts';
import { dayRatesOf } from './day-rates.ts';
import { ceilingOf, dayEndOf, goesOn, hasPrecedent, stepsIn } from './evidence.ts';
import type { ForecastReason } from './forecast.ts';
import { daysUntil } from './growth-path.ts';
import { noiseOf } from './noise-of.ts';
import type { HourGrid, RollingDays } from './rolling.ts';
import { fullOnStairs, stairsOf } from './stairs.ts';
import { MAX_SPREAD, type Trend, type TrendDate, Z90 } from './trend.ts';
import { type WeekShares, weekSharesOf } from './weekend.ts';

/** Waves of so many days and less are gone from the highest and the mean of days. */
const MAX_WAVE_DAYS = 1.5;
/** Days that say less than this of what the line through the tops says have seen it speed up. */
const LATE_SHARE = 0.6;

/** A fall or rise of the days' highest below all of these is noise: a share of its range, deviations, a share of the capacity. */
const TURN_SHARE = 0.3;
const TURN_DEVIATIONS = 4;
const LEAST_TURN = 0.004;
/** A fall that takes back so many days of growth is one that it came back from. */
const TURN_DAYS = 0.7;

/** A rise of fewer steps has no date, or no alarm: one less will do where they come like a clock. See `stepsIn`. */
const MIN_STEPS = 2.5;
const MIN_YOUNG_STEPS = 1.5;
const SURE_STEPS = 3.5;
/** The steps of the days' means are fewer than they look, since a single one is spread over two days. */
const MEAN_STEPS_SHARE = 0.75;
/** Less than so many days: young. */
const YOUNG_STEP_DAYS = 3;
const YOUNG_DAYS = 7;
/** One day with more than this of the rise is a step. */
const ONE_STEP_SHARE = 0.6;

/** What lasted for so many days is not believed to go on for more than that many times as long. */
const CLAIM = 1.5;
const YOUNG_CLAIM = 1;
/** Growth that is old enough and so near to the end may pause without being forgotten. */
const NEAR_DAYS = 2;
const NEAR_LASTED_DAYS = 10;

/** Parts of the spread: that of few steps, of a rate that is not known better, of uneven days over the room left. */
const STEP_SPREAD = 0.45;
const ERROR_SPREAD = 1.75;
const UNEVEN_SPREAD = 0.95;
/** From so many days on a line tells how rates change, and they are uneven beside it. */
const MIN_LINE_DAYS = 5;
/** Room of less is none. */
const LEAST_ROOM = 0.0005;
const POINTS_A_DAY = 2;
/** One day is like the day before, so that days tell less than as many independent ones. */
const AUTOCORRELATION = 1.7;

/** @param days of the same grid, at least one of them. */
export function trendOf(days: RollingDays, grid: HourGrid): Trend {
  const cycle = cycleOf(grid);
  if (cycle === null) return trendOfDays(days, grid);
  if (cycle.date === null || cycle.period > MAX_WAVE_DAYS) return cycle;
  const { date } = trendOfDays(days, grid);
  return date === null ? cycle : { ...cycle, date: joined(cycle.date, date) };
}

/** The line through the tops and the days have a part each in the date; where growth speeds up under the waves, the days have it all. */
function joined(tops: TrendDate, days: TrendDate): TrendDate {
  const isLate = days.averageDays < LATE_SHARE * tops.averageDays;
  const join = (one: number, other: number): number => (isLate ? other : Math.sqrt(one * other));
  return {
    ...tops,
    days: join(tops.days, days.days),
    averageDays: join(tops.averageDays, days.averageDays),
    straightDays: isLate ? days.straightDays : tops.straightDays,
  };
}

function trendOfDays(days: RollingDays, grid: HourGrid): Trend {
  const { high, mean, length } = days;
  const noise = noiseOf(high, length, POINTS_A_DAY);
  const turn = Math.max(TURN_SHARE * rangeOf(high, length), TURN_DEVIATIONS * noise, LEAST_TURN);
  const { first, rates } = dayRatesOf(days, { noise: noiseOf(mean, length, POINTS_A_DAY), turn });
  const week = weekSharesOf(rates);
  const growth = growthOf(rates, week);
  const { slope, lasted } = growth;
  const without = (verdict: 'steady' | 'noisy', reason: ForecastReason): Trend => ({
    verdict,
    reason,
    slope,
    lasted,
    date: null,
  });
  if (!(slope.mid > 0)) return without('steady', 'no-growth');

  const isStepped = lasted >= YOUNG_DAYS ? growth.steps * MEAN_STEPS_SHARE : 0;
  const steps = Math.max(stepsIn(high, first, length), isStepped);
  if (steps < (lasted < YOUNG_STEP_DAYS ? MIN_YOUNG_STEPS : MIN_STEPS)) {
    if (Math.max(...rates) > ONE_STEP_SHARE * growth.total) return without('steady', 'one-step');
    return slope.mid > 2 * growth.error ? without('noisy', 'slopes-differ') : without('steady', 'no-growth');
  }
  const { level, isCleaned } = dayEndOf(grid, high[length - 1] as number);
  const room = Math.max(1 - level, LEAST_ROOM);
  const lineDays = daysUntil(rates, week, room);
  if (lineDays === null) return without('steady', 'levels-off');
  const stairs = stairsOf(grid);
  const onStairs = stairs === null ? null : fullOnStairs(stairs, { lineDays, room, slope: slope.mid });
  const left = onStairs?.days ?? lineDays;
  const ceiling = ceilingOf(days, Math.max(TURN_DAYS * slope.mid, TURN_DEVIATIONS * noise, LEAST_TURN));
  const isBelow = ceiling !== null && level < ceiling.level;
  if (isBelow && ceiling.times > 1) return without('steady', 'comes-back');

  const isOn = (left <= NEAR_DAYS && lasted >= NEAR_LASTED_DAYS) || goesOn(days, rates, slope.mid, left);
  const isBelievable = left <= (lasted < YOUNG_DAYS ? YOUNG_CLAIM : CLAIM) * lasted;
  const unsure = Math.hypot(
    (ERROR_SPREAD * growth.error) / slope.mid,
    (UNEVEN_SPREAD * growth.deviation) / Math.sqrt(slope.mid * room),
  );
  const spread = Math.min(
    Math.hypot(STEP_SPREAD / Math.sqrt(steps), unsure * Math.sqrt(onStairs?.chance ?? 1), onStairs?.spread ?? 0),
    MAX_SPREAD,
  );
  return {
    ...{ verdict: 'filling', reason: 'trend', slope, lasted },
    date: {
      days: left,
      averageDays: left,
      straightDays: room / slope.mid,
      spread,
      growthSpread: spread,
      isSure:
        steps >= SURE_STEPS - (stairs?.regularity ?? 0) &&
        !isBelow &&
        !isCleaned &&
        isOn &&
        isBelievable &&
        !hasPrecedent(days, lasted, growth.total),
    },
  };
}

interface Growth {
  slope: Trend['slope'];
  /** Days. */
  lasted: number;
  total: number;
  /** Of the days' rates from what the week and a line through them have them be. */
  deviation: number;
  /** Standard error of their mean. */
  error: number;
  /** `stepsIn` of the days. */
  steps: number;
}

function growthOf(rates: readonly number[], week: WeekShares): Growth {
  const lasted = rates.length;
  const total = rates.reduce((sum, rate) => sum + rate, 0);
  const squares = rates.reduce((sum, rate) => sum + rate * rate, 0);
  const mid = lasted > 0 ? total / lasted : 0;
  const deviation =
    lasted > 1 ? unevenness(rates.map((rate, age) => rate - mid * (week[age % week.length] as number))) : mid;
  const error = deviation / Math.sqrt(Math.max(1, lasted));
  const reach = Z90 * AUTOCORRELATION * error;
  const slope = { low: mid - reach, mid, high: mid + reach };
  return { slope, lasted, total, deviation, error, steps: squares > 0 ? total ** 2 / squares : 0 };
}

function unevenness(beside: readonly number[]): number {
  const days = beside.length;
  const square = beside.reduce((sum, rate) => sum + rate ** 2, 0) / days;
  return Math.sqrt(days < MIN_LINE_DAYS ? square : Math.min(square, squaresBesideLine(beside) / (days - 2)));
}

function rangeOf(values: Float64Array, length: number): number {
  const read = values.subarray(0, length);
  return (
    read.reduce((most, value) => Math.max(most, value), 0) -
    read.reduce((least, value) => Math.min(least, value), Infinity)
  );
}
