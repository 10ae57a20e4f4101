/** From 0 up to 1. */
export type Random = () => number;

export const between = (random: Random, low: number, high: number): number => low + (high - low) * random();

/** Each factor is as likely as the next: small values come as often as large ones. */
export const logBetween = (random: Random, low: number, high: number): number => low * (high / low) ** random();

/** A whole number, both ends included. */
export const whole = (random: Random, low: number, high: number): number => Math.floor(between(random, low, high + 1));

export const chance = (random: Random, share: number): boolean => random() < share;

export const pick = <Item>(random: Random, items: readonly [Item, ...Item[]]): Item =>
  items[Math.floor(random() * items.length)] ?? items[0];

/** Standard normal (Box and Muller 1958); two numbers a call. */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

/** Mean 1; `spread` is the standard deviation of its logarithm. */
export const logNormal = (random: Random, spread: number): number =>
  Math.exp(spread * normal(random) - spread ** 2 / 2);

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
