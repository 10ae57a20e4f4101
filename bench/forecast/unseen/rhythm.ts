import { between, chance, type Random } from '../draw.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../family.ts';

/** How busy a host is over the day and the week. */
export interface Rhythm {
  peakHour: number;
  /** 0 = night as day, 1 = nothing at night. */
  depth: number;
  /** Of a weekday's activity. */
  weekend: number;
  /** Of the first day; 0 = Monday. */
  firstWeekday: number;
}

export const drawRhythm = (random: Random): Rhythm => ({
  peakHour: between(random, 9, 21),
  depth: between(random, 0.1, 0.6),
  weekend: chance(random, 0.3) ? between(random, 0.3, 0.8) : between(random, 0.7, 1.1),
  firstWeekday: Math.floor(random() * 7),
});

/** Nearly all in office hours. */
export const drawOfficeRhythm = (random: Random): Rhythm => ({
  peakHour: between(random, 11, 16),
  depth: between(random, 0.75, 0.97),
  weekend: between(random, 0, 0.08),
  firstWeekday: Math.floor(random() * 7),
});

export const isWeekend = ({ firstWeekday }: Rhythm, at: number): boolean =>
  (firstWeekday + Math.floor(at / DAY_SECONDS)) % 7 >= 5;

/** From -1 to 1. */
export const dayWave = ({ peakHour }: Rhythm, at: number): number =>
  Math.cos((2 * Math.PI * (at / HOUR_SECONDS - peakHour)) / 24);

/** 1 in the mean of a week. */
export function activity(rhythm: Rhythm, at: number): number {
  const ofWeek = isWeekend(rhythm, at) ? rhythm.weekend : 1;
  return ((1 + rhythm.depth * dayWave(rhythm, at)) * ofWeek * 7) / (5 + 2 * rhythm.weekend);
}
