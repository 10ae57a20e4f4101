/** What gains as much on each day: of a rate, its power of these. 0: its logarithm, so the rate gains a like share. 1: the rate itself. */
const FORMS = [0, 0.5, 1];
/** What a stretch tells of the days to come is worth half after so many days. */
const HALF_LIFE_DAYS = 5;
/** No form is told from another by less, in the logarithm of the rates. */
const LEAST_MISFIT = 0.05;
/** It is not believed to become more than so many times as fast. */
const MAX_TIMES = Math.exp(1.5);
/** Rates below this share of the mean count as that. */
const LEAST_RATE_SHARE = 0.1;
/** As a line of a root or of the rate has it before growth began. */
const LEAST_FITTED_SHARE = 0.001;

/** Mean rates of stretches of days, the youngest first, and the days before now of their middles, below 0. */
export interface Stretches {
  means: Float64Array;
  times: Float64Array;
}

/** Growth a day, so many days from now; of before, below 0. */
export type RateAt = (day: number) => number;

/**
 * Days that growth lasts which speeds up: the geometric mean of what each form says, each counted by how well it fits.
 *
 * @param certainty from 0 to 1: so much of how fast it sped up goes on.
 * @param daysAt until rates of the days to come add up to the room; not Infinity.
 */
export function daysSpeedingUp(stretches: Stretches, certainty: number, daysAt: (rateAt: RateAt) => number): number {
  const { means, times } = stretches;
  const mean = Math.max(means.reduce((sum, rate) => sum + rate, 0) / means.length, Number.EPSILON);
  const shares = means.map((rate) => Math.max(rate / mean, LEAST_RATE_SHARE));
  let [sum, total] = [0, 0];
  for (const form of FORMS) {
    const shareAt = courseOf({ means: shares, times }, form, certainty);
    const most = MAX_TIMES * shareAt(0);
    const weight = (misfitOf(shareAt, shares, times) + LEAST_MISFIT ** 2) ** (-means.length / 2);
    sum += weight * Math.log(daysAt((day) => mean * Math.min(shareAt(day), most)));
    total += weight;
  }
  return Math.exp(sum / total);
}

/** Over the stretches, the younger ones for more. */
function weightedMean(times: Float64Array, valueAt: (place: number) => number): number {
  let [sum, total] = [0, 0];
  for (const [place, time] of times.entries()) {
    const weight = 0.5 ** (-time / HALF_LIFE_DAYS);
    sum += weight * valueAt(place);
    total += weight;
  }
  return sum / total;
}

/** A line through a power of the rates. */
function courseOf({ means, times }: Stretches, form: number, certainty: number): RateAt {
  const values = means.map((rate) => (form === 0 ? Math.log(rate) : rate ** form));
  const time = weightedMean(times, (place) => times[place] as number);
  const value = weightedMean(times, (place) => values[place] as number);
  const beside = (place: number): number => (times[place] as number) - time;
  const slope =
    weightedMean(times, (place) => beside(place) * (values[place] as number)) /
    weightedMean(times, (place) => beside(place) ** 2);
  return (day) => {
    const fitted = value + certainty * slope * (day - time);
    return form === 0 ? Math.exp(fitted) : Math.max(fitted, LEAST_FITTED_SHARE) ** (1 / form);
  };
}

/** Mean square of the logarithms' differences. */
const misfitOf = (rateAt: RateAt, rates: Float64Array, times: Float64Array): number =>
  weightedMean(times, (place) => Math.log(rateAt(times[place] as number) / (rates[place] as number)) ** 2);
