import { between, type Random } from '../draw.ts';

export { between, chance, normal, pick, type Random, wholeBetween } from '../draw.ts';

/** As likely between 1 and 10 as between 10 and 100: for sizes and rates. */
export const logBetween = (random: Random, low: number, high: number): number =>
  Math.exp(between(random, Math.log(low), Math.log(high)));

/** Never 0; the mean is `mean`. */
export const waitOf = (random: Random, mean: number): number => Math.max(1, -mean * Math.log(1 - random()));
