import { between, logBetween, logNormal, normal, type Random, wholeBetween } from '../draw.ts';
import { type Curve, DAY, HOUR, sum, WEEK, walked } from './grid.ts';

/** How busy a host is: 1 in office hours; at night, and on two days of seven, `quietest` … 1 of that. */
export function activity(random: Random, quietest: number): Curve {
  const [night, restDay] = [between(random, quietest, 1), between(random, quietest, 1)];
  const [opens, closes] = [between(random, 6, 10) * HOUR, between(random, 16, 23) * HOUR];
  const [begins, workdays] = [wholeBetween(random, 0, 6) * DAY, 5 * DAY];
  return (minute) => {
    const isOpen = minute % DAY >= opens && minute % DAY < closes;
    return (isOpen ? 1 : night) * ((minute + begins) % WEEK < workdays ? 1 : restDay);
  };
}

/** Caches and working files that swing with the day, from 0 up to `height`. */
function dayRhythm(random: Random, height: number): Curve {
  const [top, second] = [between(random, 0, DAY), between(random, 0, 0.4)];
  return (minute) => {
    const angle = (2 * Math.PI * (minute - top)) / DAY;
    return (height * (1 + second + Math.cos(angle) + second * Math.cos(2 * angle))) / (2 + 2 * second);
  };
}

/** Comes and goes about 0 with a deviation, and forgets over some hours (Ornstein and Uhlenbeck). */
function wander(random: Random, minutes: number, deviation: number, hours: number): Curve {
  const kept = Math.exp(-1 / (hours * HOUR));
  const push = deviation * Math.sqrt(1 - kept ** 2);
  return walked(minutes, deviation * normal(random), (_, before) => kept * before + push * normal(random));
}

/** What comes and goes on every host; it swings by about a share that is drawn from `least` … `most`. */
export function churn(random: Random, minutes: number, least: number, most: number): Curve {
  const size = logBetween(random, least, most);
  const wandering = wander(random, minutes, size * between(random, 0.1, 0.3), logBetween(random, 0.5, 12));
  return sum(0, dayRhythm(random, size), wandering);
}

/** Of a day's pace, how much of its mood the next day keeps; and how much more uneven hours are than days. */
const MOOD_KEPT = 0.5;
const HOURS_UNEVENNESS = 1.2;

/** What a pace adds up to, from 0. One day differs from another by `spread`, the deviation of the logarithm. */
export function accumulated(random: Random, minutes: number, pace: Curve, spread: number): Curve {
  let [mood, hour] = [normal(random), 1];
  return walked(minutes, 0, (minute, before) => {
    if (minute % DAY === 0) mood = MOOD_KEPT * mood + Math.sqrt(1 - MOOD_KEPT ** 2) * normal(random);
    if (minute % HOUR === 0) hour = logNormal(random, HOURS_UNEVENNESS * spread);
    return before + pace(minute) * Math.exp(spread * mood) * hour;
  });
}

/** Grows from one clean-up to the next, `period` minutes later, by about `height`, and never to the same height. */
export function sawtooth(random: Random, minutes: number, period: number, height: number): Curve {
  const [phase, left] = [wholeBetween(random, 0, period - 1), between(random, 0, 0.2)];
  let growth = height * logNormal(random, 0.15);
  return walked(minutes, (growth * phase) / period, (minute, before) => {
    if ((minute + phase) % period !== 0) return before + growth / period;
    growth = height * logNormal(random, 0.15);
    return left * before * between(random, 0.5, 1.5);
  });
}

/** Short-lived files: so many a day, of about a height, each written, kept and deleted within 15 minutes to 17 hours. */
export function bursts(random: Random, minutes: number, aDay: number, height: number): Curve {
  const values = new Float64Array(minutes + 1);
  const pause = (): number => Math.ceil((-Math.log(1 - random()) * DAY) / aDay);
  for (let start = pause(); start < minutes; start += pause()) {
    const [rise, stay] = [logBetween(random, 5, 3 * HOUR), logBetween(random, 10, 14 * HOUR)];
    const top = height * logNormal(random, 0.4);
    const end = Math.min(start + rise + stay, minutes);
    for (let minute = start; minute <= end; minute += 1)
      values[minute] = (values[minute] as number) + top * Math.min(1, (minute - start) / rise);
  }
  return (minute) => values[minute] as number;
}
