import { normal, type Random } from '../draw.ts';

const MANY = 30;

/** How many of rare events come when `mean` are to be expected; of many, by the normal distribution. */
export function poisson(random: Random, mean: number): number {
  if (mean > MANY) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const bound = Math.exp(-mean);
  let [count, product] = [0, random()];
  while (product > bound) {
    count += 1;
    product *= random();
  }
  return count;
}
