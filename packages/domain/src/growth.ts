import { meanOf } from './deviations.ts';

export interface Sample {
  at: Date;
  value: number;
}

const DAY_MILLISECONDS = 86_400_000;

/**
 * The slope of the least-squares line through the samples, in units a day; negative when they shrink.
 * Null when the first and the last are less than a day apart: nothing can be said of a day that was not seen.
 * The order of the samples does not matter.
 */
export function growthPerDay(samples: readonly Sample[]): number | null {
  if (samples.length < 2) return null;
  const times = samples.map((sample) => sample.at.getTime() / DAY_MILLISECONDS);
  if (Math.max(...times) - Math.min(...times) < 1) return null;
  const meanTime = meanOf(times);
  const meanValue = meanOf(samples.map((sample) => sample.value));
  let covariance = 0;
  let variance = 0;
  samples.forEach((sample, index) => {
    const distance = (times[index] ?? 0) - meanTime;
    covariance += distance * (sample.value - meanValue);
    variance += distance * distance;
  });
  return covariance / variance;
}
