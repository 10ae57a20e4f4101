/** From 0 up to 1; all that differs between two traces comes from it. */
export type Random = () => number;

export const between = (random: Random, low: number, high: number): number => low + (high - low) * random();

/** Each factor is as likely as another: for what ranges over magnitudes. Both > 0. */
export const logBetween = (random: Random, low: number, high: number): number => low * (high / low) ** random();

/** A whole number, both ends included. */
export const wholeBetween = (random: Random, low: number, high: number): number =>
  low + Math.floor((high - low + 1) * random());

export const chance = (random: Random, share: number): boolean => random() < share;

export const pick = <T>(random: Random, some: readonly [T, ...T[]]): T => some[Math.floor(random() * some.length)] as T;

/** Mean 0, deviation 1 (Box and Muller 1958). */
export function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

/** Mean 1; `spread` is the deviation of its logarithm. */
export const logNormal = (random: Random, spread: number): number =>
  Math.exp(spread * normal(random) - spread ** 2 / 2);
