import { between, chance, type Random } from '../draw.ts';

export const HOUR_MINUTES = 60;
export const DAY_MINUTES = 24 * HOUR_MINUTES;
export const WEEK_MINUTES = 7 * DAY_MINUTES;
const WORK_DAYS = 5;

/** The weeks of one host. Minutes are those of the trace, which begins somewhere in a week. */
export interface Calendar {
  /** How busy it is, with 1 as the mean of a week. */
  busyAt(minute: number): number;
  /** Minutes since midnight. */
  dayMinuteAt(minute: number): number;
  /** Minutes since the midnight before Monday. */
  weekMinuteAt(minute: number): number;
}

interface Rhythm {
  peakHour: number;
  /** Hours from the peak to where it is quiet. */
  halfHours: number;
  /** What goes on at night, and on a Sunday, of what does at the peak. */
  nightShare: number;
  weekendShare: number;
}

/** Offices rest at night and on weekends, services for people peak in the evening of any day, machines hardly rest. */
function drawRhythm(random: Random): Rhythm {
  if (chance(random, 0.45))
    return {
      peakHour: between(random, 11, 15.5),
      halfHours: between(random, 4.5, 7),
      nightShare: between(random, 0.03, 0.25),
      weekendShare: between(random, 0.05, 0.4),
    };
  if (chance(random, 0.6))
    return {
      peakHour: between(random, 16, 21.5),
      halfHours: between(random, 7, 11),
      nightShare: between(random, 0.15, 0.4),
      weekendShare: between(random, 0.7, 1.2),
    };
  return {
    peakHour: between(random, 0, 24),
    halfHours: between(random, 6, 11),
    nightShare: between(random, 0.6, 0.95),
    weekendShare: between(random, 0.85, 1),
  };
}

export const officeRhythm = (random: Random): Rhythm => ({
  peakHour: between(random, 12, 15),
  halfHours: between(random, 5, 7),
  nightShare: between(random, 0.02, 0.12),
  weekendShare: between(random, 0.03, 0.2),
});

export function drawCalendar(random: Random, rhythm: Rhythm = drawRhythm(random)): Calendar {
  const begin = Math.floor(random() * WEEK_MINUTES);
  const week = busyWeek(rhythm);
  const weekMinuteAt = (minute: number): number => (begin + minute) % WEEK_MINUTES;
  return {
    busyAt: (minute) => week[weekMinuteAt(minute)] as number,
    dayMinuteAt: (minute) => (begin + minute) % DAY_MINUTES,
    weekMinuteAt,
  };
}

function busyWeek({ peakHour, halfHours, nightShare, weekendShare }: Rhythm): Float64Array {
  const week = Float64Array.from({ length: WEEK_MINUTES }, (_, minute) => {
    const hour = (minute % DAY_MINUTES) / HOUR_MINUTES;
    const apart = Math.abs(hour - peakHour);
    const fromPeak = Math.min(apart, 24 - apart) / halfHours;
    const hump = fromPeak < 1 ? Math.cos((fromPeak * Math.PI) / 2) : 0;
    const ofDay = minute < WORK_DAYS * DAY_MINUTES ? 1 : weekendShare;
    return (nightShare + (1 - nightShare) * hump) * ofDay;
  });
  const mean = week.reduce((sum, busy) => sum + busy, 0) / WEEK_MINUTES;
  return week.map((busy) => busy / mean);
}
