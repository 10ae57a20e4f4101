import type { Random } from '../draw.ts';

/** Moments of a Poisson process from 0 up to `end`, whole numbers that rise. */
export function momentsOf(random: Random, meanPause: number, end: number): number[] {
  const moments: number[] = [];
  const pause = (): number => -meanPause * Math.log(1 - random());
  for (let moment = pause(); moment < end; moment += pause()) moments.push(Math.floor(moment));
  return moments;
}
