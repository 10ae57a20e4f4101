import { between, chance, type Random, wholeBetween } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';

const MINUTE_SECONDS = 60;
const RESTART_CHANCE_A_DAY = 0.05;

interface Hole {
  from: number;
  upTo: number;
}

export interface ClockRanges {
  /** How many holes a trace has, at most. */
  holes?: number;
  longestHoleHours?: number;
}

/** Moments at which a resource was read: a beat of 5 to 15 minutes with jitter, holes, and a new phase after a restart. */
export function sampleTimes(random: Random, endAt: number, { holes = 2, longestHoleHours = 4 }: ClockRanges): number[] {
  const beat = between(random, 5, 15) * MINUTE_SECONDS;
  const jitter = between(random, 0.02, 0.2) * beat;
  const gaps = Array.from({ length: wholeBetween(random, 0, holes) }, (): Hole => {
    const from = between(random, 0, endAt);
    return { from, upTo: from + between(random, 0.5, longestHoleHours) * HOUR_SECONDS };
  });
  const times: number[] = [];
  for (let tick = between(random, 0, beat); tick < endAt; tick += beat) {
    if (chance(random, (RESTART_CHANCE_A_DAY * beat) / DAY_SECONDS)) tick += between(random, 0.1, 3) * beat;
    const at = Math.round(tick + between(random, -jitter, jitter));
    const isMissing = gaps.some(({ from, upTo }) => at >= from && at < upTo);
    if (!isMissing && at > (times.at(-1) ?? -1) && at < endAt) times.push(at);
  }
  return times;
}
