/** Numbers from 0 up to 1. */
export type Random = () => number;

export const between = (random: Random, low: number, high: number): number => low + random() * (high - low);

/** As often from `low` to twice `low` as from there to twice that. */
export const logBetween = (random: Random, low: number, high: number): number => low * (high / low) ** random();

export const wholeBetween = (random: Random, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1));

export const chance = (random: Random, share: number): boolean => random() < share;

export const pick = <T>(random: Random, some: readonly T[]): T => some[Math.floor(random() * some.length)] as T;

/** Of mean 0 and deviation 1 (Box and Muller 1958). */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Of mean 1, never negative; `spread` is the deviation of its logarithm. */
export const factor = (random: Random, spread: number): number => Math.exp(spread * normal(random) - spread ** 2 / 2);

/** Moments of a Poisson process from 0 up to `end`, whole numbers that rise. */
export function momentsOf(random: Random, meanPause: number, end: number): number[] {
  const moments: number[] = [];
  const pause = (): number => -meanPause * Math.log(1 - random());
  for (let moment = pause(); moment < end; moment += pause()) moments.push(Math.floor(moment));
  return moments;
}
